# list methods and operators.
l = [3, 1, 2]
print(l.append(4), l, l.extend("ab"), l, l.insert(0, "first"), l.insert(-1, "x"), l.insert(99, "end"), l)
print(l.pop(), l.pop(0), l.pop(-2), l, l.remove("a"), l, l.index(1), l.count(1), l.reverse(), l, l.copy() == l, l.copy() is l)
n = [5, 3, 9, 1]
print(n.sort(), n, n.sort(reverse=True), n, n.sort(key=lambda x: x % 5), n, sorted(n), sorted("bca"), sorted({3: 1, 1: 2}))
print([1, 2] + [3], [1, 2] * 2, 2 * [0], [1] * -1, [1, 2] == [1, 2], [1, 2] < [1, 3], [1] < [1, 0], [2] > [1, 9], [] == [], 2 in [1, 2], [1, 2].__contains__(3))
print(l.clear(), l, list(), list("abc"), list((1, 2)), list({1: 2}), list(range(3)), list(map(str, [1])), [0] * 3)
m = [[0] * 2] * 2
m[0][0] = 1
print(m, [[]] * 2, len([1, 2, 3]), min([3, 1]), max([3, 1]), sum([1, 2, 3]), sum([[1], [2]], []), any([0, 1]), all([]), [1, 2, 3].index(3, 1), [1, 2, 1].index(1, 1))
a = [1, 2, 3]
b = a
a += (4,)
a *= 2
print(a is b, a, a.__len__(), [*a, *"x"], a[::-1], list(reversed(a)), list(enumerate("ab", 5)))
for f in (lambda: [].pop(), lambda: [1].pop(5), lambda: [].remove(1), lambda: [].index(1), lambda: [1][5], lambda: [1][-2], lambda: [1] + (2,), lambda: [1] * "a", lambda: [1] < (1,), lambda: [1, "a"].sort(), lambda: [].sort(1), lambda: [].sort(key=5) or [1].sort(key=5), lambda: [].extend(5), lambda: [1].insert("a", 1), lambda: list(1, 2), lambda: [].append(), lambda: hash([]), lambda: [1, 2].index(1, 5), lambda: b["a"], lambda: [1].__setitem__(4, 1), lambda: [1].__delitem__(4), lambda: [1].copy(2)):
    try:
        print(f())
    except (IndexError, ValueError, TypeError) as e:
        print(type(e).__name__, e)
s = [1, 2, 3, 4]
s.sort(key=lambda x: (s.append, -x)[1])
print(s)
class K:
    def __init__(self, v): self.v = v
    def __lt__(self, o): return self.v < o.v
    def __repr__(self): return f"K{self.v}"
print(sorted([K(3), K(1), K(2)]), sorted([K(1), K(1)], reverse=True), min([K(2), K(1)]))
pairs = [("b", 2), ("a", 2), ("c", 1)]
print(sorted(pairs, key=lambda p: p[1]), sorted(pairs, key=lambda p: p[1], reverse=True), sorted(sorted(pairs), key=lambda p: -p[1]))
class Evil:
    def __eq__(self, o):
        victims.clear()
        return True
victims = [Evil(), Evil()]
print(victims.index(1), victims)
big = list(range(2000))
big.sort(key=lambda x: x * 7919 % 2003)
print(big[:5], big[-5:], sorted(big) == list(range(2000)), sorted([1.5, 1, 2.5, True, 0]), sorted([2 ** 70, 1, -2 ** 70]))
mutating = [3, 2, 1]
try:
    mutating.sort(key=lambda x: mutating.append(1) or x)
except ValueError as e:
    print(e, mutating)
