# type() with three arguments, changing bases and attributes, class decorators, __class__ assignment.
A = type("A", (), {"x": 1, "m": lambda self: ("m", self.x)})
B = type("B", (A,), {"__init__": lambda self, y: setattr(self, "y", y)})
b = B(5)
print(b.m(), b.y, A.__name__, B.__bases__ == (A,), B.__qualname__, A.__module__, A.__dict__["x"], sorted(k for k in A.__dict__ if not k.startswith("__")))
A.x = 2
print(b.m(), b.x)
A.new = classmethod(lambda cls: cls.__name__)
A.st = staticmethod(lambda: "static")
A.pr = property(lambda self: self.x * 10)
print(B.new(), b.st(), b.pr)
A.__len__ = lambda self: 42
A.__add__ = lambda self, o: ("added", o)
A.__getattr__ = lambda self, n: "dynamic " + n
print(len(b), b + 1, b.whatever)
del A.__len__
try:
    len(b)
except TypeError as e:
    print(e)
A.__call__ = lambda self, *a: a
print(b(1, 2), callable(b))
A.__name__ = "Renamed"
A.__qualname__ = "Q"
print(A, A.__name__, type(b).__mro__)
class X:
    def who(self): return "X"
class Y:
    def who(self): return "Y"
class Z(X): pass
z = Z()
print(z.who()); Z.__bases__ = (Y,); print(z.who(), isinstance(z, X), isinstance(z, Y))
z.__class__ = X
print(z.who(), type(z).__name__)
for f in (lambda: setattr(z, "__class__", int), lambda: setattr(z, "__class__", 5), lambda: setattr(Z, "__bases__", ()), lambda: setattr(Z, "__bases__", (int,)), lambda: setattr(Z, "__bases__", (Z,)), lambda: setattr(int, "x", 1), lambda: setattr(Z, "__name__", 5), lambda: delattr(Z, "__name__"), lambda: type("N", (int, str), {}), lambda: type("N\0", (), {}), lambda: type("N", [], {}), lambda: type("N", (), []), lambda: setattr(Z, "__dict__", {})):
    try:
        f()
        print("ok")
    except (TypeError, AttributeError, ValueError) as e:
        print(type(e).__name__, e)
def add_repr(cls):
    cls.__repr__ = lambda self: f"<{cls.__name__} {vars(self)}>"
    return cls
@add_repr
class R:
    def __init__(self): self.a = 1
print(R())
ns = {}
for i in range(3): ns[f"get{i}"] = lambda self, i=i: i
G = type("G", (), ns)
print(G().get0(), G().get2(), G.__doc__, type("Doc", (), {"__doc__": "d"}).__doc__)
C3 = type("C3", (A, Y), {"__slots__": ("s",)})
c3 = C3()
c3.s = 1
print(c3.s, C3.mro()[1].__name__)
