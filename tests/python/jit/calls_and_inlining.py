# Calls in hot loops: defaults, keywords, closures, methods, recursion, changing callees.
def add(a, b=10, *, c=100): return a + b + c
def loop(n):
    t = 0
    for i in range(n):
        t += add(i) + add(i, 1) + add(i, c=2) + add(a=i, b=3, c=4) + add(*(i, 5), **{"c": 6})
    return t
print(loop(2000))
def star(*a, **k): return len(a) + sum(k.values())
t = 0
for i in range(3000): t += star(1, 2, x=i) + star(*range(3)) + star()
print(t)
fs = [lambda x: x + 1, lambda x: x * 2, lambda x: -x, abs, float, int]
x = 1
for i in range(3000): x = fs[i % 6](x) % 1000
print(x)
class C:
    def __init__(self, v): self.v = v
    def bump(self, d=1):
        self.v += d
        return self
    @property
    def double(self): return self.v * 2
    @staticmethod
    def s(a): return a + 1
    @classmethod
    def k(cls, a): return a + cls.offset
    offset = 5
    def __call__(self, a): return a - self.v
c = C(0)
t = 0
for i in range(3000):
    c.bump().bump(2)
    t += c.double + c.s(i) + C.k(i) + c(i)
    m = c.bump
    m(0)
print(t, c.v)
C.offset = 50
t = 0
for i in range(2000):
    t += C.k(1)
    if i == 1000: C.offset = 7
print(t)
def fib(n): return n if n < 2 else fib(n - 1) + fib(n - 2)
print(fib(18), [fib(i) for i in range(15)])
def even(n): return n == 0 or odd(n - 1)
def odd(n): return n != 0 and even(n - 1)
print([even(i) for i in range(0, 200, 37)])
def make(k):
    def f(x): return x + k
    return f
adders = [make(i) for i in range(5)]
t = 0
for i in range(5000): t = adders[i % 5](t)
print(t)
def swapper(n):
    global callee
    t = 0
    for i in range(n):
        if i == n // 2: callee = lambda x: x + 1000
        t = callee(t)
    return t
callee = lambda x: x + 1
print(swapper(3000))
def deep(n): return 0 if n == 0 else 1 + deep(n - 1)
print(sum(deep(50) for _ in range(100)))
def tak(x, y, z): return z if y >= x else tak(tak(x - 1, y, z), tak(y - 1, z, x), tak(z - 1, x, y))
print(tak(12, 8, 4))
def many(a, b, c, d, e, f, g, h, i=9, j=10, *k, l, m=13, **o): return a + h + i + j + len(k) + l + m + len(o)
t = 0
for i in range(1500): t += many(i, 2, 3, 4, 5, 6, 7, 8, l=1) + many(*range(12), l=i, z=1)
print(t)
