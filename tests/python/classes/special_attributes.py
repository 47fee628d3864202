# __getattr__, __getattribute__, __setattr__, __delattr__, __dir__.
class G:
    def __init__(self): self.real = 1
    def __getattr__(self, name):
        if name.startswith("x"): return f"made {name}"
        raise AttributeError(f"no {name}")
g = G()
print(g.real, g.xyz, hasattr(g, "abc"), getattr(g, "abc", "dflt"))
try:
    g.abc
except AttributeError as error:
    print(error)
class All:
    def __getattribute__(self, name):
        if name == "hidden": raise AttributeError(name)
        return object.__getattribute__(self, name)
    def __getattr__(self, name): return "fallback " + name
    hidden = 1
    seen = 2
a = All()
print(a.hidden, a.seen, a.other)
class Set:
    def __setattr__(self, name, value): object.__setattr__(self, name, (value, "wrapped"))
    def __delattr__(self, name):
        print("del", name)
        super().__delattr__(name)
s = Set()
s.a = 1
print(s.a, s.__dict__)
del s.a
try:
    del s.a
except AttributeError as error:
    print(error)
class Len:
    def __getattr__(self, name): return lambda *a: 5
try:
    len(Len())
except TypeError as error:
    print(error)
print(Len().__len__(), Len().anything())
l = Len()
l.__len__ = lambda: 3
try:
    len(l)
except TypeError as error:
    print(error)
class Proxy:
    def __init__(self, target): object.__setattr__(self, "_t", target)
    def __getattr__(self, n): return getattr(self._t, n)
    def __setattr__(self, n, v): setattr(self._t, n, v)
class T: pass
t = T()
p = Proxy(t)
p.x = 1
print(t.x, p.x, "x" in p.__dict__)
for f in (lambda: object().x, lambda: setattr(object(), "x", 1), lambda: delattr(T(), "x"), lambda: getattr(1, 2), lambda: setattr(1, "real", 2), lambda: setattr(int, "x", 1), lambda: delattr(int, "real")):
    try:
        f()
    except (AttributeError, TypeError) as error:
        print(type(error).__name__, error)
