# Lambdas, functions as values, sorted with key, higher order.
ops = {"+": lambda a, b: a + b, "-": lambda a, b: a - b, "id": lambda *a: a, "none": lambda: None}
print(ops["+"](1, 2), ops["-"](5, 3), ops["id"](1, 2), ops["none"]())
print(list(map(lambda x: x * 2, [1, 2])), list(map(lambda a, b: (a, b), [1, 2, 3], "ab")), list(filter(None, [0, 1, "", 2])))
print(sorted(["bb", "a", "ccc"], key=len), sorted([3, 1, 2], key=lambda x: -x), max("abc", key=lambda c: -ord(c)))
compose = lambda f, g: lambda x: f(g(x))
print(compose(str, abs)(-5), (lambda x, y=2, *z, w=3, **k: (x, y, z, w, k))(1, 2, 3, w=4, v=5))
print([f(3) for f in [lambda x, n=n: x * n for n in range(3)]], [f() for f in [lambda: n for n in range(3)]])
print((lambda: (yield))().__class__.__name__, (lambda *, k=1: k)(), (lambda x: (lambda y: x + y))(1)(2))
def apply(f, *args, **kw): return f(*args, **kw)
print(apply(print), apply(max, 1, 2), apply(sorted, [1, 2], reverse=True), apply(int, "ff", base=16))
class Callable:
    def __call__(self, x): return x + 1
print(list(map(Callable(), [1, 2])), list(map(str.upper, "ab")), list(map(int, "12")), list(map([1, 2, 3].__getitem__, [0, 2])))
