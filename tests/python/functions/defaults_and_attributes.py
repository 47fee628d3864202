# Defaults are evaluated once; functions have attributes.
count = 0
def tick():
    global count
    count += 1
    return count


def f(a, b=tick(), *, c=tick()):
    "doc"
    return a, b, c


print(f(0), f(0), f.__defaults__, f.__kwdefaults__, f.__name__, f.__qualname__, f.__doc__, f.__module__)
f.__defaults__ = (10, 20)
f.__kwdefaults__ = {"c": 30}
print(f(), f(1))
f.__defaults__ = None
f.custom = [1]
f.custom.append(2)
print(f.custom, f.__dict__, hasattr(f, "nope"))
f.__name__ = "renamed"
f.__qualname__ = "Q.renamed"
try:
    f()
except TypeError as error:
    print(error)
print(f.__code__.co_name, f.__code__.co_argcount, f.__code__.co_kwonlyargcount, f.__code__.co_varnames, f.__code__.co_flags & 12)
g = lambda x, /, y=1, *a, z, **k: None
print(g.__name__, g.__code__.co_varnames, g.__code__.co_posonlyargcount, g.__defaults__)
def annotated(a: int, b: "str" = "x", *args: float, c: list = [], **kw: dict) -> tuple: pass
print(annotated.__annotations__)
class C:
    def m(self): pass
    class D:
        def n(self): return lambda: 0
print(C.m.__qualname__, C.D.n.__qualname__, C.D().n().__qualname__, C().m.__name__, C().m.__func__ is C.m)
def outer():
    def inner(): pass
    return inner
print(outer().__qualname__, type(f).__name__, callable(f))
for bad in (lambda: setattr(f, "__name__", 1), lambda: setattr(f, "__defaults__", 1), lambda: setattr(f, "__code__", 1), lambda: setattr(f, "__dict__", 1)):
    try:
        bad()
    except TypeError as error:
        print(error)
