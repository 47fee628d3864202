# Variables that change type while the loop is hot.
def run(values):
    t = 0
    for v in values:
        t = t + v
    return t
ints = list(range(1000))
for _ in range(5): run(ints)
print(run(ints), run([float(i) for i in ints]), run(ints[:500] + [0.5] + ints[500:]), run(ints + [1 << 70] + ints), run([True, 2, 3.5, 1 << 65]))
try:
    run(ints + ["x"])
except TypeError as e:
    print(e)
def poly(x, n):
    for _ in range(n): x = x + x
    return x
for _ in range(300): poly(1, 5)
print(poly(1, 10), poly(1.5, 10), poly("ab", 3), poly([1], 3), poly((1,), 2), poly(True, 3), poly(1j, 4))
class V:
    def __init__(self, v): self.v = v
    def __add__(self, o): return V(self.v + o.v)
print(poly(V(3), 8).v)
def flip(n):
    x, out = 0, []
    for i in range(n):
        if i % 400 == 399:
            out.append(x)
            x = None if i % 800 == 399 else "s"
        elif x is None: x = 0
        elif isinstance(x, str): x = 1.5
        else: x += 1
    return out
print(flip(4000))
def compare(a, b, n):
    c = 0
    for i in range(n):
        if a < b: c += 1
        if a == b: c += 2
    return c
for _ in range(200): compare(1, 2, 5)
print(compare(1, 2, 100), compare(1.0, 2, 100), compare("a", "b", 100), compare(2, 2.0, 100), compare((1,), (2,), 10), compare(1 << 70, 1 << 71, 10), compare(float("nan"), 1, 10))
