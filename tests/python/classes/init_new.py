# __new__, __init__, __del__-free construction protocol, singletons, immutables.
class N:
    def __new__(cls, *a, **k):
        print("new", cls.__name__, a, k)
        return super().__new__(cls)
    def __init__(self, *a, **k): print("init", a, k)
N(1, k=2)
class Other:
    def __new__(cls): return "not an instance"
    def __init__(self): print("never")
print(Other())
class Single:
    instance = None
    def __new__(cls):
        if cls.instance is None: cls.instance = super().__new__(cls)
        return cls.instance
print(Single() is Single())
class Point(tuple):
    def __new__(cls, x, y): return super().__new__(cls, (x, y))
    @property
    def x(self): return self[0]
p = Point(3, 4)
print(p, p.x, type(p).__name__, p == (3, 4), isinstance(p, tuple))
class Celsius(float):
    def __new__(cls, v): return float.__new__(cls, v + 0.5)
    def __repr__(self): return f"{float(self)}C"
print(Celsius(1), Celsius(1) + 1, Celsius(2) == 2.5)
class Name(str):
    def __new__(cls, *parts): return str.__new__(cls, " ".join(parts))
    def shout(self): return self.upper() + "!"
n = Name("a", "b")
print(n, n.shout(), len(n), n + "c", type(n + "c").__name__, {n: 1}["a b"])
class OnlyInit:
    def __init__(self, x): self.x = x
try:
    OnlyInit()
except TypeError as error:
    print(error)
for f in (lambda: object(1), lambda: object.__new__(), lambda: object.__new__(1), lambda: object.__new__(int), lambda: int.__new__(str), lambda: N.__new__(int)):
    try:
        print(f())
    except TypeError as error:
        print(error)
class Sub(N):
    def __init__(self):
        super().__init__("from sub")
        self.v = 1
print(Sub().v)
class FromNew:
    def __new__(cls, kind):
        obj = object.__new__(KINDS[kind])
        obj.kind = kind
        return obj
class K1(FromNew): pass
class K2: pass
KINDS = {1: K1, 2: K2}
print(type(FromNew(1)).__name__, type(FromNew(2)).__name__)
