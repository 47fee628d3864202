# Attribute access in hot loops while classes and shapes change.
class P:
    z = 100
    def __init__(self, x, y): self.x, self.y = x, y
def total(ps, n):
    t = 0
    for i in range(n):
        p = ps[i % len(ps)]
        t += p.x + p.y + p.z
        p.x += 1
    return t
a, b = P(1, 2), P(3, 4)
print(total([a, b], 2000))
b.z = 5
print(total([a, b], 2000))
class Q:
    def __init__(self): self.y, self.x, self.z = 7, 8, 9
class R:
    __slots__ = ("x", "y", "z")
    def __init__(self): self.x = self.y = self.z = 1
class S(P):
    @property
    def z(self): return self.x % 3
    @z.setter
    def z(self, v): pass
class G:
    def __getattr__(self, n):
        if n == "x": return 1
        return 2
print(total([a, b, Q(), R(), S(1, 1), G()], 3000))
P.z = 1000
print(total([a], 1000))
del a.y
try:
    total([a], 10)
except AttributeError as e:
    print(e)
P.y = 3
print(total([a], 10))
def methods(n):
    t = 0
    for i in range(n):
        t += o.m(i)
        if i == 1000: type(o).m = lambda self, x: -x
        if i == 1500: o.m = lambda x: 1
        if i == 1800: del o.m
    return t
class O:
    def m(self, x): return x
o = O()
print(methods(2500))
class Base:
    def f(self): return 1
class Child(Base): pass
c = Child()
def calls(n):
    t = 0
    for i in range(n):
        t += c.f()
        if i == 1200: Child.f = lambda self: 10
        if i == 1700: del Child.f
        if i == 2000: Base.f = lambda self: 100
    return t
print(calls(2500))
class Obj: pass
objs = []
for i in range(300):
    ob = Obj()
    for k in range(i % 5): setattr(ob, f"f{k}", k)
    ob.v = i
    objs.append(ob)
print(sum(ob.v for _ in range(20) for ob in objs), sum(getattr(ob, "f2", 0) for ob in objs))
class Node:
    def __init__(self, v, nxt): self.v, self.nxt = v, nxt
head = None
for i in range(3000): head = Node(i, head)
t, n = 0, head
while n is not None:
    t += n.v
    n = n.nxt
print(t)
class Switch:
    pass
s = Switch()
s.v = 1
t = 0
for i in range(2000):
    t += s.v
    if i == 900: s.__class__ = P
    if i == 1000: s.v = 2.5
    if i == 1500: s.__dict__["v"] = 3
    if i == 1700: s.__dict__ = {"v": 4}
print(t)
