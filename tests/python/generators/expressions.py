# Generator expressions: scopes and early evaluation of the first iterable.
x = 10
g = (x + i for i in range(3))
x = 20
print(list(g))
def src():
    print("first iterable evaluated")
    return [1, 2]
g = (i for i in src())
print("before")
print(list(g))
try:
    g = (i for i in 5)
    print("created")
    list(g)
except TypeError as e:
    print(e)
g = (i for i in [1] for j in undefined_later)
try:
    list(g)
except NameError as e:
    print(e)
print(list((i, j) for i in range(3) for j in range(i) if (i + j) % 2))
print(sum(i for i in range(10) if i % 2 if i > 3))
print(list(list(j for j in range(i)) for i in range(3)))
print(any(print("a") or x > 1 for x in [1, 2, 3]), next(i for i in range(100) if i * i > 50))
print(sorted((k, v) for k, v in {"b": 1, "a": 2}.items()), "".join(c.upper() for c in "abc"), tuple(i for i in ()))
def f(*a): return a
print(f(*(i for i in "ab")), f((i for i in "ab"))[0].__class__.__name__, set(i % 3 for i in range(10)))
fs = list(lambda: i for i in range(3))
print([h() for h in fs])
class C:
    n = 3
    l = list(n for n in range(n))
print(C.l)
