# The order of iteration over sets whose hashes do not depend on the run.
print({3, 1, 2}, {5, 4, 9, 0, 1}, {10, 20, 30, 40, 50, 60}, set(range(20, 0, -3)))
print({-1, -2, -3, 7}, {1.5, 2.5, 2**61, 2**70, -0.5}, {(1, 2), (2, 1), (0,), ()}, {None, True, 2})
s = set()
for i in range(200):
    s.add(i * i % 331)
    if i % 3 == 0:
        s.discard(i)
print(list(s))
print([s.pop() for _ in range(12)], len(s), list(s)[:20])
s.add(500)
s.add(7)
print([s.pop() for _ in range(5)], list(s)[:8])
a, b = set(range(0, 60, 7)), set(range(0, 90, 5))
print(a | b, b | a, a & b, a - b, b - a, a ^ b, b ^ a)
a |= b
print(a)
a -= {5, 10, 15, 20, 25, 30, 35, 40, 45, 50, 55}
print(a, a.copy(), set(a), frozenset(a))
a &= b
a ^= {0, 1000, 2000}
print(a, a.union([3, 1], (9,)), a.intersection([65, 0, 1000, 5]), a.difference([1000], {0}), a.symmetric_difference([0, 1, 2]))
d = {100: 1, 33: 2, 41: 3}
print(d.keys() | {1, 2}, d.keys() & [41, 33, 5], d.keys() - [100], d.keys() ^ [41, 8], {1, 2, 33} - d.keys(), [1, 41] | d.keys(), [41, 8] ^ d.keys())
print(d.items() & {(33, 2), (1, 1)}, d.items() - [(33, 2)], d.keys().isdisjoint([7]), d.items() >= {(100, 1)})
print(hash(frozenset()), hash(frozenset([1, 2, 3])), hash(()), hash((1, 2)), hash((1, (2, 3.5), None)))
print(sorted(map(str, {frozenset([1, 2]), frozenset([2, 1]), frozenset()})), {1, 2} in {frozenset([1, 2])})
big = set(range(60000))
for i in range(0, 60000, 2):
    big.remove(i)
print(len(big), sum(big), list(big)[:5], (big - set(range(50000))).pop())


class E:
    """Equal to all; clears the set when compared."""

    def __init__(self, s=None):
        self.s = s

    def __hash__(self):
        return 3

    def __eq__(self, other):
        if self.s is not None:
            self.s.clear()
        return False


s = {E() for _ in range(3)}
s.add(E(s))
print(len(s))
e = E(s)
print(e in s, len(s))
s.add(1)
for f in (lambda: {[]}, lambda: [] in {1}, lambda: {1}.remove([]), lambda: {1} & [[]], lambda: {1}.intersection([[]]), lambda: set().pop(), lambda: {1}.issuperset([{}]), lambda: frozenset(a=1), lambda: {1}.remove(2)):
    try:
        print(f())
    except Exception as x:
        print(type(x).__name__, x)
try:
    for i in s:
        s.add(i + 100)
except RuntimeError as x:
    print(x)
it = iter({1, 2, 3})
next(it)
print(it.__length_hint__(), it.__reduce__()[1])
