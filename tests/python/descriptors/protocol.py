# Data and non-data descriptors, precedence, __set_name__.
class Data:
    def __set_name__(self, owner, name): print("set_name", owner.__name__, name); self.name = name
    def __get__(self, obj, owner=None):
        return f"get {self.name} {'class' if obj is None else 'instance'}"
    def __set__(self, obj, value): print("set", self.name, value)
    def __delete__(self, obj): print("delete", self.name)
class NonData:
    def __get__(self, obj, owner): return ("nondata", obj is None, owner.__name__)
class C:
    d = Data()
    n = NonData()
c = C()
print(c.d, C.d, c.n, C.n)
c.d = 1
del c.d
c.__dict__["d"] = "shadow"
c.__dict__["n"] = "shadow"
print(c.d, c.n)
c.n = "own"
print(c.n)
class Typed:
    def __init__(self, kind): self.kind = kind
    def __set_name__(self, owner, name): self.slot = "_" + name
    def __get__(self, obj, owner):
        return self if obj is None else getattr(obj, self.slot)
    def __set__(self, obj, value):
        if not isinstance(value, self.kind): raise TypeError(f"{self.slot[1:]} must be {self.kind.__name__}")
        setattr(obj, self.slot, value)
class Person:
    name, age = Typed(str), Typed(int)
    def __init__(self, name, age): self.name, self.age = name, age
p = Person("Al", 5)
print(p.name, p.age, vars(p))
try:
    p.age = "old"
except TypeError as error:
    print(error)
class SetOnly:
    def __set__(self, obj, v): obj.__dict__["s"] = v * 2
class S: s = SetOnly()
s = S()
print(type(s.s).__name__)
s.s = 5
print(s.s)
class ReadOnly:
    def __get__(self, o, t): return 1
    def __set__(self, o, v): raise AttributeError("read-only")
class R: r = ReadOnly()
try:
    R().r = 5
except AttributeError as error:
    print(error)
class NoDel:
    def __set__(self, o, v): pass
class ND: x = NoDel()
try:
    del ND().x
except AttributeError as error:
    print(error)
class Meta(type):
    @property
    def mp(cls): return "meta property " + cls.__name__
class WithMeta(metaclass=Meta): pass
print(WithMeta.mp, hasattr(WithMeta(), "mp"))
class Lazy:
    def __init__(self, f): self.f = f
    def __set_name__(self, o, n): self.n = n
    def __get__(self, obj, owner):
        value = obj.__dict__[self.n] = self.f(obj)
        return value
class Comp:
    @Lazy
    def heavy(self): print("computing"); return 42
x = Comp()
print(x.heavy, x.heavy)
func = Comp.__init__
print(len.__get__(1) if hasattr(len, "__get__") else "builtins do not bind")
def fn(self): return self
print(fn.__get__(5)(), fn.__get__(None, int) is fn, fn.__get__("a", str)())
try:
    class Bad:
        a = type("X", (), {"__set_name__": lambda *a: 1 / 0})()
except ZeroDivisionError as error:
    print(type(error).__name__, error, error.__notes__)
