# weakref.proxy forwards every operation, and says so when its target is gone.
import gc
import weakref


class Number:
    def __init__(self, n): self.n = n
    def __add__(self, o): return ("add", self.n, o)
    def __radd__(self, o): return ("radd", o, self.n)
    def __iadd__(self, o): self.n += o; return self
    def __neg__(self): return -self.n
    def __pow__(self, o, m=None): return ("pow", o, m)
    def __int__(self): return self.n
    def __float__(self): return self.n + 0.5
    def __index__(self): return self.n
    def __bool__(self): return self.n != 0
    def __eq__(self, o): return self.n == o
    def __lt__(self, o): return self.n < o
    def __len__(self): return self.n
    def __getitem__(self, i): return i * 2
    def __setitem__(self, i, v): print("set", i, v)
    def __delitem__(self, i): print("del", i)
    def __contains__(self, x): return x == 7
    def __iter__(self): return iter([1, 2])
    def __str__(self): return "text"
    def __bytes__(self): return b"bytes"
    def __reversed__(self): return "reversed"
    def method(self, *a, **k): return (self.n, a, k)


n = Number(3)
p = weakref.proxy(n)
print(type(p).__name__, isinstance(p, Number), p.__class__ is Number, p.n, p.method(1, k=2))
print(p + 1, 1 + p, -p, p ** 2, pow(p, 2, 5), int(p), float(p), [10, 11, 12, 13][p], bool(p))
print(p == 3, p != 3, p < 5, len(p), p[4], 7 in p, 8 in p, list(p), str(p), bytes(p), reversed(p))
p[1] = 2
del p[1]
p.extra = 1
print(n.extra, hasattr(p, "nope"))
del p.extra
print(hasattr(n, "extra"), repr(p).startswith("<weakproxy at "))
for f in (lambda: hash(p), lambda: p(), lambda: next(p), lambda: p @ 1, lambda: weakref.ProxyType(n), lambda: weakref.proxy(1)):
    try:
        print(f())
    except TypeError as e:
        print(e)
call = lambda *a, **k: (a, k)
q = weakref.proxy(call)
print(type(q).__name__, q(1, x=2))
# Of many that nothing refers to any more, most are gone after a collection.
dead = [weakref.proxy(Number(i)) for i in range(30)]
gc.collect()
errors = []
for d in dead:
    for f in (lambda: d.n, lambda: d + 1, lambda: str(d), lambda: bool(d)):
        try:
            f()
        except ReferenceError as e:
            errors.append(str(e))
print(set(errors), len(errors) > 80, sum(repr(d).endswith("; dead>") for d in dead) > 20)
