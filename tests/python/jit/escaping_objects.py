# Temporaries that never escape, sometimes escape, or are seen at an exit.
class V:
    def __init__(self, x, y): self.x, self.y = x, y
    def __add__(self, o): return V(self.x + o.x, self.y + o.y)
    def __mul__(self, k): return V(self.x * k, self.y * k)
    def __eq__(self, o): return (self.x, self.y) == (o.x, o.y)
    def __repr__(self): return f"V({self.x}, {self.y})"
acc = V(0, 0)
for i in range(3000): acc = acc + V(i, 1) * 2
print(acc)
kept = []
for i in range(3000):
    v = V(i, -i)
    if i % 500 == 0: kept.append(v)
    w = v + v
    if i == 2999: kept.append(w)
print(kept, kept[1] is kept[1], kept[1] == V(500, -500))
pairs = 0
for i in range(3000):
    a, b = (i, i + 1)
    t = (a, b)
    pairs += t[0] * t[1] % 7 + len(t)
    if t == (1500, 1501): found = t
print(pairs, found)
def closure_loop(n):
    t = 0
    for i in range(n):
        f = lambda x: x + i
        t += f(1)
        if i == n - 1: last = f
    return t, last(0)
print(closure_loop(2000))
def lists(n):
    t = 0
    for i in range(n):
        l = [i, i + 1, i + 2]
        l[1] = 7
        l.append(3)
        t += l[0] + l[1] + len(l)
        if i == n - 2: keep = l
    return t, keep
print(lists(2000))
def dicts(n):
    t = 0
    for i in range(n):
        d = {"a": i, "b": 2}
        d["c"] = 3
        t += d["a"] + len(d)
    return t, d
print(dicts(2000))
def fails(n):
    try:
        for i in range(n):
            v = V(i, i)
            if i == 2500: v.y = "boom"
            r = v + V(1, 1)
    except TypeError as e:
        return i, v, r, str(e)
print(fails(5000))
def gens(n):
    t = 0
    for i in range(n):
        for x in (y * 2 for y in (i, i + 1)): t += x
    return t
print(gens(1500))
def bound(n):
    l = []
    push = l.append
    for i in range(n):
        push(i)
        pop = l.pop
        if i % 3 == 0: pop()
    return len(l), l[-3:]
print(bound(3000))
def exits(n):
    out = []
    for i in range(n):
        p = V(i, (i, [i]))
        q = (p, p.y)
        if i % 997 == 0: out.append((q[0].x, q[1], q[0] is p))
    return out
print(exits(3000))
class Chain:
    def __init__(self): self.parts = []
    def add(self, x):
        self.parts.append(x)
        return self
r = 0
for i in range(2000): r += sum(Chain().add(i).add(1).parts)
print(r)
