# User iterators in every consuming place.
class Up:
    def __init__(self, n): self.n, self.i = n, 0
    def __iter__(self): return self
    def __next__(self):
        if self.i >= self.n: raise StopIteration
        self.i += 1
        return self.i
a, b, c = Up(3)
first, *rest = Up(4)
print(a, b, c, first, rest, [*Up(2)], {*Up(2)}, (*Up(1),), list(Up(3)), tuple(Up(2)), set(Up(2)), sum(Up(4)), max(Up(5)), sorted(Up(3), reverse=True), 2 in Up(3), 9 in Up(3), dict.fromkeys(Up(2)), list(map(str, Up(2))), list(zip(Up(2), Up(3))), "".join(map(str, Up(3))), any(Up(1)), all(Up(0)))
def f(*a): return a
print(f(*Up(3)), [x for x in Up(3)], {x: x for x in Up(2)}, list(x for x in Up(2)), min(Up(2)), list(filter(None, Up(2))), [0, 0, 0, *Up(1)], bytes(Up(3)), list(enumerate(Up(2))))
l = [9]
l.extend(Up(2)); l += Up(1); l[1:1] = Up(2)
print(l, f(*Up(1), *Up(2)), "x".join(str(v) for v in Up(3)))
u = Up(10)
for x in u:
    if x == 3: break
print(next(u), list(u)[:2], list(u))
class Fresh:
    def __iter__(self): return Up(2)
fr = Fresh()
print([(x, y) for x in fr for y in fr])
class Explode:
    def __init__(self): self.n = 0
    def __iter__(self): return self
    def __next__(self):
        self.n += 1
        if self.n == 3: raise KeyError("boom")
        return self.n
for g in (lambda: list(Explode()), lambda: [*Explode()], lambda: f(*Explode()), lambda: sum(Explode()), lambda: sorted(Explode()), lambda: dict.fromkeys(Explode()), lambda: [].extend(Explode()), lambda: 99 in Explode(), lambda: list(zip(Explode())), lambda: {x for x in Explode()}, lambda: tuple(map(str, Explode()))):
    try:
        print(g())
    except KeyError as e:
        print("KeyError", e)
try:
    x, y = Explode(), None
    p, q, r = Explode()
except KeyError as e:
    print(e)
total = 0
for i in range(300):
    for v in Up(10): total += v
print(total)
class Get:
    def __getitem__(self, i):
        if i == 3: raise IndexError
        return i
x, y, z = Get()
print(x, y, z, list(Get()), 2 in Get(), [*Get()])
class GetStop:
    def __getitem__(self, i):
        if i == 2: raise StopIteration
        return i
print(list(GetStop()))
