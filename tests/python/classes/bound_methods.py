# Bound methods: identity, equality, hash, attributes, rebinding.
class C:
    def m(self): return self
    def __eq__(self, o): return True
    def __hash__(self): return 1
class D:
    def m(self, *a): return a
a, b = C(), C()
print(a.m == a.m, a.m == b.m, a.m is a.m, hash(a.m) == hash(a.m), D().m == D().m, {a.m: 1}[a.m])
m = a.m
print(m.__self__ is a, m.__func__ is C.m, m.__name__, m.__doc__, m() is a)
d = D()
d.f = D.m
print(d.f(1), d.m(1), D.m(d, 2), D.m(5, 6))
d.g = d.m
print(d.g(3), len([x for x in (d.m, d.m) if x == d.m]))
import types
bound = types.MethodType(lambda self, x: (self, x), 10)
print(bound(5), bound.__self__, type(bound).__name__)
try:
    m.attr = 1
except AttributeError as e:
    print(e)
C.m.attr = "on function"
print(m.attr, a.m.attr, b.m.__func__.attr)
l = [1]
ap = l.append
ap(2); ap(3)
print(l, ap.__self__ is l, ap.__name__, ap == l.append, [].append == [].append, "a".upper == "a".upper, str.upper("b"), list.append(l, 4), l)
print(repr(C.m).split(" at")[0], repr(a.m).split(" of ")[0], repr(ap).split(" at")[0], repr(str.upper), repr(len), repr([].__len__).split(" of")[0])
for f in (lambda: str.upper(5), lambda: list.append(5, 1), lambda: list.append(), lambda: int.__add__("a", 1), lambda: dict.keys([]), lambda: types.MethodType(5, 5), lambda: types.MethodType(len, None)):
    try:
        f()
    except TypeError as e:
        print(e)
callbacks = {n: getattr(d, n) for n in ("m",)}
print(callbacks["m"](7), (lambda s: s)(a) is a, list(map(d.m, [1, 2])), sorted([3, 1], key=(5).__rsub__))
