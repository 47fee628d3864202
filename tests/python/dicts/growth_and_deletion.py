# Many insertions and deletions keep order and content.
d = {}
for i in range(3000): d[i * 7 % 3001] = i
print(len(d), list(d)[:5], list(d)[-3:], d[7], d[2999 * 7 % 3001])
for i in range(0, 3000, 2): del d[i * 7 % 3001]
print(len(d), list(d)[:5], sum(d.values()))
for i in range(1000): d[f"s{i}"] = i
print(len(d), d["s500"], list(d)[-2:], sum(v for k, v in d.items() if isinstance(k, str)))
while len(d) > 10: d.popitem()
print(d)
q = {}
for i in range(5000):
    q[i] = i
    if len(q) > 20: del q[next(iter(q))]
print(list(q)[:3], len(q), sum(q))
c = {}
for w in "the cat and the dog and the bird".split(): c[w] = c.get(w, 0) + 1
print(c, sorted(c, key=c.get, reverse=True))
mixed = {}
for i in range(400): mixed[i if i % 3 == 0 else str(i) if i % 3 == 1 else (i, i)] = i
print(len(mixed), mixed[3], mixed["4"], mixed[5, 5], sum(mixed.values()))
class Key:
    def __init__(self, n): self.n = n
    def __hash__(self): return self.n % 7
    def __eq__(self, o): return isinstance(o, Key) and self.n == o.n
k = {Key(i): i for i in range(200)}
for i in range(0, 200, 3): del k[Key(i)]
print(len(k), k[Key(100)], Key(99) in k, k.get(Key(3)), list(v for v in k.values())[:4])
class Attr: pass
a = Attr()
for i in range(100): setattr(a, f"a{i}", i)
for i in range(0, 100, 2): delattr(a, f"a{i}")
print(len(vars(a)), a.a51, list(vars(a))[:3], sum(vars(a).values()))
copy = dict(c); copy["new"] = 1; c["the"] = 99
print(copy, c == copy, {**c} == c)
nested = {}
for a_, b_, v in [("x", 1, 2), ("x", 2, 3), ("y", 1, 4)]: nested.setdefault(a_, {}).setdefault(b_, []).append(v)
print(nested)
t = {}
for i in range(2000):
    key = i % 50
    if key in t: t[key] += i
    else: t[key] = i
print(len(t), t[0], t[49])
