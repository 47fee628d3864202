"""Loops over ranges: ends near the limits of small ints, negative steps, bounds that grow
while the loop's code is in use, iterators that are looked at and moved, and loops side by side."""
import operator


def total(r):
    t = n = 0
    for i in r:
        t += i
        n += 1
    return t, n


SMALL = 1 << 62
EDGES = [
    range(3000), range(5, 3000), range(3000, 0, -1), range(10, -3000, -7),
    range((1 << 30) - 1500, (1 << 30) + 1500), range(-1500, 1500),
    range(SMALL - 1500, SMALL - 1), range(SMALL - 1500, SMALL + 20),
    range(-SMALL + 3, -SMALL - 3, -1), range(SMALL - 1, SMALL), range(0), range(5, 5),
    range(SMALL - 40, SMALL, 3), range(0, SMALL, SMALL // 3), range(10**30, 10**30 + 4),
]
for r in EDGES:
    print(total(r), len(r), total(r))


def products(n):
    t = 0
    for i in range(n):
        for j in range(i, n):
            t += i * j - (i ^ j)
        for j in range(n, i, -1):
            t -= j
        k = 0
        while k < i:
            k += 3
        t += k
    return t


print(products(40), products(9), products(0))


def moved():
    out = []
    for start in range(40):
        it = iter(range(start, 100))
        next(it)
        out.append(operator.length_hint(it))
        it.__setstate__(5)
        out.append(next(it))
        out.append(it.__reduce__()[1])
        out.append(sum(it))
        out.append(operator.length_hint(it))
    return out


print(moved()[-10:])


def grows():
    t = 0
    for shift in (5, 8, 31, 33, 61):
        n = 1 << shift
        for i in range(n - 30, n):
            t ^= i * i
    for n in (3, 4, True, 6):
        for i in range(n):
            t += i
    return t


for _ in range(60):
    g = grows()
print(g)
try:
    for i in range(2.5):
        pass
except TypeError as e:
    print(e)
for n in range(2, 40):
    try:
        for i in range(n if n < 38 else "x"):
            last = i
    except TypeError as e:
        print(last, e)
