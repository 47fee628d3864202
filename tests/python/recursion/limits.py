# RecursionError through many kinds of calls.
import sys
sys.setrecursionlimit(300)
class A:
    def __getattr__(self, n): return getattr(self, n + "x")
    def __repr__(self): return repr(self)
    def __eq__(self, o): return self == o
    def __add__(self, o): return self + o
    def __len__(self): return len(self)
    def __call__(self): return self()
    def __iter__(self): return iter(self)
    def __getitem__(self, i): return self[i]
    def __bool__(self): return bool(self)
    def __str__(self): return f"{self}"
    @property
    def p(self): return self.p
def gen(): yield from gen()
def mutual_a(): return mutual_b()
def mutual_b(): return mutual_a()
def key(x): return sorted([1], key=key)
def mapped(x): return list(map(mapped, [1]))
def comp(): return [comp() for _ in range(1)]
def kw(**k): return kw(**k)
def star(*a): return star(*a)
def init():
    class C:
        def __init__(self): C()
    C()
a = A()
tests = {"getattr": lambda: a.q, "repr": lambda: repr(a), "eq": lambda: a == 1, "add": lambda: a + 1, "len": lambda: len(a), "call": lambda: a(), "getitem": lambda: a[0], "bool": lambda: bool(a), "str": lambda: str(a), "property": lambda: a.p, "gen": lambda: list(gen()), "mutual": mutual_a, "key": lambda: key(1), "map": lambda: mapped(1), "comp": comp, "kw": lambda: kw(x=1), "star": lambda: star(1, 2), "init": init, "lambda": lambda: (lambda f: f(f))(lambda f: f(f)), "iter": lambda: iter(a)}
for name, t in tests.items():
    try:
        t()
        print(name, "no error")
    except RecursionError as e:
        print(name, str(e).startswith("maximum recursion depth exceeded"))
def d(n): return n if n == 0 else d(n - 1)
print(d(200))
for bad in (0, -5, "a", 1.5):
    try:
        sys.setrecursionlimit(bad)
    except (ValueError, TypeError) as e:
        print(type(e).__name__, e)
nested = []
sys.setrecursionlimit(3000)
for _ in range(100000): nested = [nested]
for f in (repr, hash):
    try:
        f(nested)
    except (RecursionError, TypeError) as e:
        print(type(e).__name__)
