# weakref and gc.
import gc, weakref
class C:
    def __init__(self, n): self.n = n
    def __repr__(self): return f"C{self.n}"
    def m(self): return self.n
c = C(1)
r = weakref.ref(c)
print(r() is c, r == weakref.ref(c), weakref.getweakrefcount(c) >= 1)
calls = []
r2 = weakref.ref(c, lambda w: calls.append("dead"))
d = weakref.WeakValueDictionary()
d["k"] = c
k = weakref.WeakKeyDictionary()
k[c] = "v"
s = weakref.WeakSet([c])
print(d["k"], k[c], len(s), list(d), len(d), len(k))
p = weakref.proxy(c)
print(p.n, p.m())
p.n = 5
print(c.n)
del c
gc.collect()
print(r(), calls, len(d), len(k), len(s))
try:
    p.n
except ReferenceError as e:
    print(e)
for bad in (1, "s", None, (), [], {}):
    try:
        weakref.ref(bad)
        print("ok", type(bad).__name__)
    except TypeError as e:
        print(e)
class D:
    def __del__(self): calls.append("del")
x = D()
x.me = x
del x
gc.collect()
print(calls)
class F:
    pass
f = F()
weakref.finalize(f, print, "finalized", 1)
del f
gc.collect()
print(gc.isenabled(), gc.get_threshold() is not None, gc.collect() >= 0)
gc.disable(); print(gc.isenabled()); gc.enable()
class S:
    __slots__ = ("__weakref__",)
print(weakref.ref(S()) is not None)
class NS:
    __slots__ = ()
try:
    weakref.ref(NS())
except TypeError as e:
    print(e)
nodes = []
for i in range(2000):
    n = C(i)
    n.self = n
    if i % 100 == 0: nodes.append(weakref.ref(n))
del n
gc.collect()
print(sum(1 for w in nodes if w() is not None))
w = weakref.WeakMethod((o := C(3)).m)
print(w()())
