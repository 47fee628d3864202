# __slots__: no dict, descriptors, inheritance, errors.
class P:
    __slots__ = ("x", "y")
    def __init__(self, x, y): self.x, self.y = x, y
p = P(1, 2)
print(p.x, p.y, hasattr(p, "__dict__"), P.__slots__, type(P.x).__name__)
try:
    p.z = 1
except AttributeError as error:
    print(error)
del p.x
try:
    p.x
except AttributeError as error:
    print(error)
try:
    del p.x
except AttributeError as error:
    print(error)
p.x = 10
print(P.x.__get__(p), P.y.__get__(p, P))
class Q(P):
    __slots__ = ("z",)
q = Q(1, 2)
q.z = 3
print(q.x, q.y, q.z, hasattr(q, "__dict__"))
class R(P): pass
r = R(1, 2)
r.any = 5
print(r.any, r.__dict__, r.x)
class S:
    __slots__ = ["a", "__dict__"]
s = S()
s.a, s.b = 1, 2
print(s.a, s.__dict__)
class T:
    __slots__ = "single"
t = T()
t.single = 1
print(t.single)
try:
    class U:
        __slots__ = ("x",)
        x = 1
except ValueError as error:
    print(error)
try:
    class V:
        __slots__ = ("not valid",)
except TypeError as error:
    print(error)
class W:
    __slots__ = {"d": "documented"}
print(W.d.__doc__)
class E: __slots__ = ()
try:
    E().x = 1
except AttributeError as error:
    print(error)
class Mangled:
    __slots__ = ("__private",)
    def __init__(self): self.__private = 7
print(Mangled()._Mangled__private)
try:
    class Multi(P, T): pass
except TypeError as error:
    print(error)
