# References that live only in cells, suspended frames and bound methods.
def make(i):
    data = [i, {"k": i}]
    def get(): return data[0] + data[1]["k"]
    return get
fs = [make(i) for i in range(500)]
junk = [str(i) * 3 for i in range(3000)]
print(sum(f() for f in fs))
def gen(i):
    local = [i] * 5
    other = {"a": (i, i)}
    while True:
        yield local[2] + other["a"][1]
        local = [x + 1 for x in local]
gens = [gen(i) for i in range(200)]
tot = 0
for _ in range(5):
    tot += sum(next(g) for g in gens)
    junk = [[i] for i in range(1000)]
print(tot)
class C:
    def __init__(self, v): self.v = [v]
    def m(self): return self.v[0]
ms = [C(i).m for i in range(400)]
junk = [C(i) for i in range(2000)]
print(sum(m() for m in ms))
its = [iter([[i], [i + 1]]) for i in range(300)]
junk = list(map(str, range(2000)))
print(sum(next(it)[0] + next(it)[0] for it in its))
maps = [map(lambda x, k=i: [x, k], range(3)) for i in range(100)]
junk = None
print(sum(a + b for m in maps for a, b in m))
def deep(n, keep):
    local = [n, keep]
    return sum(local[1]) + (deep(n - 1, [n, n]) if n else 0)
print(deep(200, [1]))
parts = [lambda a=[i]: a.append(1) or len(a) for i in range(100)]
print(sum(p() for p in parts), sum(p() for p in parts))
nested = [(x for x in [[i]] for _ in range(2)) for i in range(100)]
print(sum(v[0] for g in nested for v in g))
async def co(i):
    data = [i]
    await Sw()
    return data[0]
class Sw:
    def __await__(self): yield
cs = [co(i) for i in range(100)]
for c in cs: c.send(None)
junk = [[i] for i in range(2000)]
r = 0
for c in cs:
    try: c.send(None)
    except StopIteration as e: r += e.value
print(r)
