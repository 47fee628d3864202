# iter, next, zip, enumerate, map, filter, reversed, sorted, any, all, sum, min, max.
print(list(zip()), list(zip([1])), list(zip([1, 2], "ab", (3, 4, 5))), list(zip("ab", [1, 2], strict=True)), dict(zip("ab", range(2))), list(enumerate("ab")), list(enumerate("ab", start=5)), list(enumerate([], 3)))
for f in (lambda: list(zip("abc", [1], strict=True)), lambda: list(zip([1], "abc", strict=True)), lambda: list(zip([1, 2], [1, 2], [1], strict=True))):
    try:
        f()
    except ValueError as e:
        print(e)
print(list(map(lambda x: x + 1, [1, 2])), list(map(max, [1, 5], [3, 2])), list(map(lambda *a: a, "ab", [1, 2, 3])), list(filter(str.isdigit, "a1b2")), list(filter(None, [0, 1, [], [0]])), list(map(None, [])) if False else "", list(map(int, ["1", "2"], strict=True)))
print(any([]), all([]), any([0, 1]), all([1, 0]), any(x > 2 for x in range(5)), all(x < 5 for x in range(5)), sum([]), sum([1, 2], 10), sum([0.5, 1]), sum([[1], [2]], []), sum(range(5), start=1), sum([1j, 2]), sum([2 ** 62, 2 ** 62]), sum([True, True]), sum([0.1] * 3), sum([1, 2.5, 3]))
print(min(3, 1, 2), max([3, 1, 2]), min("b", "a"), max([], default="none"), min(["bb", "a"], key=len), max({"a": 1, "b": 2}, key=lambda k: 5), max(1, 2.0), max(2.0, 2), min([(1, "b"), (1, "a")]), max("abc", "abd", key=lambda s: s[-1]), min(5, 3, key=lambda v: -v))
it = iter([1, 2, 3])
print(next(it), next(it), next(it), next(it, "end"), next(iter([]), None), list(iter(iter([1, 2]))))
n = [0]
def step():
    n[0] += 1
    return n[0]
print(list(iter(step, 5)), list(iter(lambda: 1, 1)))
print(list(reversed([1, 2])), list(reversed("ab")), list(reversed((1, 2))), list(reversed(range(3))), list(reversed({1: 2, 3: 4})), sorted([3, 1], reverse=True), sorted("bA", key=str.lower), sorted(["10", "9"], key=int))
z = zip([1, 2, 3], iter("ab"))
print(next(z), list(z), list(z))
a = iter([1, 2, 3, 4])
print(list(zip(a, a)), [*map(str, range(3))], list(zip(*[(1, 2), (3, 4)])), tuple(filter(lambda p: p[0], enumerate("ab"))))
class Seq:
    def __len__(self): return 3
    def __getitem__(self, i):
        if i > 2: raise IndexError
        return i * 10
print(list(Seq()), list(reversed(Seq())), list(enumerate(Seq())), sorted(Seq(), reverse=True), max(Seq()), 20 in Seq(), list(iter(Seq())), tuple(zip(Seq(), Seq())))
class Bad:
    def __iter__(self): return self
    def __next__(self): raise ValueError("in next")
for f in (lambda: list(Bad()), lambda: next(5), lambda: iter(5), lambda: iter(5, 5), lambda: sum("ab"), lambda: sum([b"a"]), lambda: sum(["a"], ""), lambda: max(), lambda: max([]), lambda: max(1, key=5), lambda: max(1, 2, default=3), lambda: list(map(len)), lambda: list(map(5, [1])), lambda: list(zip(5)), lambda: reversed(5), lambda: reversed({1}), lambda: sorted(5), lambda: enumerate(), lambda: any(5), lambda: list(filter(5, [1])), lambda: min([1, "a"]), lambda: zip([1], foo=1), lambda: next(iter([])), lambda: [].__iter__().__next__(), lambda: sorted([1], key=1)):
    try:
        print(f())
    except (ValueError, TypeError, StopIteration) as e:
        print(type(e).__name__, e)
