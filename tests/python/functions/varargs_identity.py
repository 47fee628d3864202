# *args is a fresh tuple, **kw a fresh dict; calls do not alias.
def a(*args): return args
def k(**kw): return kw
t = (1, 2)
print(a(*t) == t, type(a()).__name__, type(k()).__name__)
d = {"x": 1}
r = k(**d)
r["y"] = 2
print(d, r)
def order(**kw): return list(kw)
print(order(b=1, a=2, c=3), order(**{"z": 1}, a=2, **{"b": 3}))
def mutate(l, *rest):
    l.append(rest)
    return l
l = []
mutate(l, 1); mutate(l, *l)
print(l)
class M:
    def keys(self): return ["p", "q"]
    def __getitem__(self, key): return key * 2
print(k(**M()), a(*iter("ab")), a(*{"x": 1}), a(*(i for i in range(3))))
def f(x, *, y): return x, y
partial = {"y": 2}
for i in range(3): print(f(i, **partial), end=" ")
print()
def swap(a, b): return b, a
print(swap(*swap(1, 2)), swap(**{"b": 1, "a": 2}))
def many(a, b, c, d, e, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u): return a + u
print(many(*range(20)), many(*range(10), **dict(zip("lmnopqrstu", range(10)))))
