# Classes made and dropped, instances that change shape, old ones that point to young ones.
def make(i):
    class C:
        k = [i]
        def m(self): return self.k[0] + self.x
    c = C()
    c.x = i
    return c
objs = [make(i) for i in range(100)]
junk = [make(i) for i in range(200)]
del junk
print(sum(o.m() for o in objs), len({type(o) for o in objs}))
class O: pass
old = O()
for i in range(3000):
    old.a = [i]
    if i % 500 == 0: setattr(old, f"b{i}", {"i": [i]})
    if i % 700 == 0: old.__dict__[f"d{i}"] = (i,)
print(old.a, sorted(vars(old)), old.b1500, old.d2100)
cache = {}
def get(k):
    if k not in cache: cache[k] = O()
    o = cache[k]
    o.n = getattr(o, "n", 0) + 1
    o.last = [k, o]
    return o
for i in range(2000): get(i % 30)
print(sum(o.n for o in cache.values()), all(o.last[1] is o for o in cache.values()))
class Parent:
    def __init__(self): self.children = []
    def add(self):
        c = Child(self)
        self.children.append(c)
        return c
class Child:
    __slots__ = ("parent", "data")
    def __init__(self, p): self.parent, self.data = p, [len(p.children)]
ps = [Parent() for _ in range(20)]
for i in range(2000): ps[i % 20].add()
print(sum(c.data[0] for p in ps for c in p.children), all(c.parent is p for p in ps for c in p.children))
props = type("P", (), {"v": property(lambda s: s._v)})
vs = []
for i in range(300):
    p = props()
    p._v = [i]
    vs.append(p)
print(sum(p.v[0] for p in vs))
tuples = [tuple(range(i % 10)) + ([i],) for i in range(1000)]
print(sum(t[-1][0] for t in tuples))
