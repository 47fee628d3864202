# functools: lru_cache, partial, reduce, wraps, total_ordering, singledispatch, cached_property, cmp_to_key.
import functools
@functools.lru_cache(maxsize=3)
def sq(x):
    print("compute", x, end=" ")
    return x * x
print([sq(i) for i in (1, 2, 3, 1, 4, 2, 1)], sq.cache_info(), sq.cache_parameters())
sq.cache_clear()
print(sq.cache_info(), sq.__wrapped__(5), sq.__name__)
@functools.cache
def key(*a, **k): return len(a) + len(k)
print(key(1, 2), key(1, 2, z=3), key(1.0, 2), key.cache_info())
try:
    key([])
except TypeError as e:
    print(e)
@functools.lru_cache(typed=True)
def typed(x): return type(x).__name__
print(typed(1), typed(1.0), typed(True), typed.cache_info().currsize)
p = functools.partial(int, base=2)
q = functools.partial(lambda *a, **k: (a, k), 1, 2, x=3)
print(p("101"), q(4, y=5), q(x=9), p.func, p.args, p.keywords, functools.partial(q, 7)(8), repr(functools.partial(print, 1)))
print(functools.reduce(lambda a, b: a * b, range(1, 6)), functools.reduce(lambda a, b: a + b, [], "init"), functools.reduce(max, [3, 9, 2]))
try:
    functools.reduce(lambda a, b: a, [])
except TypeError as e:
    print(e)
def deco(f):
    @functools.wraps(f)
    def w(*a): return f(*a)
    return w
@deco
def documented(a: int):
    "the doc"
print(documented.__name__, documented.__doc__, documented.__wrapped__.__name__, documented.__annotations__, documented.__qualname__)
@functools.total_ordering
class V:
    def __init__(self, v): self.v = v
    def __eq__(self, o): return self.v == o.v
    def __lt__(self, o): return self.v < o.v
print(V(1) <= V(1), V(2) > V(1), V(1) >= V(2), V(1) != V(2))
@functools.singledispatch
def show(x): return f"object {x}"
@show.register
def _(x: int): return f"int {x}"
@show.register(list)
def _(x): return f"list {len(x)}"
print(show(1), show([1, 2]), show("s"), show(True), show.dispatch(float).__name__)
class C:
    n = 0
    @functools.cached_property
    def val(self):
        C.n += 1
        return C.n
    @functools.singledispatchmethod
    def m(self, x): return "default"
    @m.register
    def _(self, x: str): return "str"
c = C()
print(c.val, c.val, c.__dict__, C().val, c.m(1), c.m("a"))
del c.val
print(c.val)
print(sorted([3, 1, 2], key=functools.cmp_to_key(lambda a, b: b - a)))
class M:
    def f(self, a, b): return a, b
    g = functools.partialmethod(f, 10)
print(M().g(5))
@functools.lru_cache
def fibm(n): return n if n < 2 else fibm(n - 1) + fibm(n - 2)
print(fibm(200), fibm.cache_info().hits)
