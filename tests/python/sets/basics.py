# Sets and frozensets.
a, b = {1, 2, 3}, {2, 3, 4}
print(a | b, a & b, a - b, a ^ b, a <= b, a < {1, 2, 3, 4}, a >= {1}, a == {3, 2, 1}, a != b, 1 in a, len(a), a.isdisjoint({9}), {1, 1, 1}, set(), set([1, 2]) == {1, 2}, bool(set()))
print(a.union([5], (6,)), a.intersection([1, 2], {2}), a.difference([1]), a.symmetric_difference([1, 9]), a.issubset(range(10)), a.issuperset([1]), a.copy() is a)
s = {1}
s.add(2); s.add(2); s.discard(9); s.update([3], (4,)); s.remove(1)
print(s, s.pop() in {2, 3, 4}, len(s))
s = {1, 2, 3, 4}
s |= {5}; s &= {1, 2, 5, 9}; s -= {1}; s ^= {2, 7}
print(s); s.intersection_update([5, 7]); s.difference_update([5]); s.symmetric_difference_update([7, 8]); print(s); s.clear(); print(s)
f = frozenset([1, 2])
print(f, f | {3}, type(f | {3}).__name__, type({3} | f).__name__, hash(f) == hash(frozenset([2, 1])), {f: 1}[frozenset([2, 1])], f == {1, 2}, {frozenset()}, f.union([9]), frozenset("a"), f.copy() is f)
for g in (lambda: {[]}, lambda: {1}.remove(2), lambda: set().pop(), lambda: {1} + {2}, lambda: {1} | [2], lambda: {1} < [1], lambda: set(5), lambda: hash(set()), lambda: f.add(1), lambda: a[0], lambda: {1, 2} & 5, lambda: {{1}}, lambda: {1}.update(5), lambda: {1}.add([])):
    try:
        print(g())
    except (TypeError, KeyError, AttributeError) as e:
        print(type(e).__name__, e)
print({1} in [{1}], {frozenset([1])} == {frozenset([1])}, set() in [set()], set([1]) in {frozenset([1])}, sorted({3, 1, 2}), max({1, 5}), sum({1, 2}), {x % 3 for x in range(10)}, [*{7}], {1, True, 1.0}, {0, False})
big = set(range(0, 3000, 3))
print(len(big & set(range(0, 3000, 2))), len(big | set(range(100))), len(big - set(range(1500))), sum(big), 2997 in big, 2998 in big)
seen, dup = set(), []
for x in [1, 2, 1, 3, 2]:
    if x in seen: dup.append(x)
    seen.add(x)
print(dup, seen, sorted(set("mississippi")), len(set(range(100)) ^ set(range(50, 150))), {1, 2}.__sub__([1]), {1, 2}.__or__({3}))
for i in range(2000):
    big.add(i); big.discard(i - 1)
print(len(big), min(big))
class MySet(set): pass
print(type(MySet([1]) | {2}).__name__, MySet([1]), type(MySet([1]).copy()).__name__, repr(frozenset()), repr(MySet()))
