# Many types through one loop: operators, truth, iteration, len, indexing.
class N:
    def __init__(self, v): self.v = v
    def __add__(self, o): return N(self.v + (o.v if isinstance(o, N) else o))
    __radd__ = __add__
    def __bool__(self): return self.v % 2 == 1
    def __len__(self): return 3
    def __getitem__(self, i):
        if i >= 3: raise IndexError
        return self.v + i
    def __eq__(self, o): return isinstance(o, N) and self.v == o.v
    def __hash__(self): return self.v
    def __lt__(self, o): return self.v < (o.v if isinstance(o, N) else o)
    def __contains__(self, x): return x == self.v
    def __neg__(self): return N(-self.v)
    def __int__(self): return self.v
things = [1, 2.5, N(3), True, N(4), 1 << 70, 0]
def add_all(n):
    t = 0
    for i in range(n):
        t = things[i % len(things)] + 1
    return t
print(add_all(3000))
def truths(n):
    c = 0
    vals = [0, 1, "", "x", [], [0], None, N(1), N(2), 0.0, (), {}, {1}, b"", range(0)]
    for i in range(n):
        if vals[i % 15]: c += i
        if not vals[i * 7 % 15]: c -= 1
    return c
print(truths(5000))
def lens(n):
    seqs = ["abc", [1, 2], (1,), {1: 2}, {1, 2, 3}, N(5), range(9), b"xy"]
    t = 0
    for i in range(n):
        s = seqs[i % 8]
        t += len(s)
        if i % 3 == 0:
            for x in s: t += 1
    return t
print(lens(3000))
def items(n):
    cs = [[1, 2, 3], (4, 5, 6), {0: 7, 1: 8, 2: 9}, N(10), range(11, 20), bytearray(b"abc")]
    t = 0
    for i in range(n): t += cs[i % 6][i % 3]
    return t
print(items(4000))
def eqs(n):
    vals = [1, 1.0, "1", N(1), True, None, (1,), [1]]
    c = 0
    for i in range(n):
        for a in vals:
            if a == vals[i % 8]: c += 1
    return c
print(eqs(600))
def contains(n):
    cs = [[1, 5], (5,), {5}, {5: 0}, N(5), range(3, 8), "5"]
    c = 0
    for i in range(n):
        k = cs[i % 7]
        if (5 if not isinstance(k, str) else "5") in k: c += 1
        if (6 if not isinstance(k, str) else "6") in k: c += 10
    return c
print(contains(3500))
print(int(sum([N(1), N(2)], N(0))), sum(int(-N(i)) for i in range(1000)), max(N(3), N(9)).v, sorted([N(3), N(1)])[0].v, {N(1): "a"}[N(1)])
