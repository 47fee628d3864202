# itertools.
import itertools as it
from operator import mul
print(list(it.islice(it.count(5, 2), 4)), list(it.islice(it.cycle("ab"), 5)), list(it.repeat("x", 3)), list(it.accumulate([1, 2, 3, 4])), list(it.accumulate([1, 2, 3], mul)), list(it.accumulate([1, 2], initial=10)))
print(list(it.chain("ab", [1])), list(it.chain.from_iterable(["ab", "c"])), list(it.compress("abcd", [1, 0, 1, 0])), list(it.dropwhile(lambda x: x < 3, [1, 3, 2])), list(it.takewhile(lambda x: x < 3, [1, 3, 2])), list(it.filterfalse(lambda x: x % 2, range(5))), list(it.starmap(pow, [(2, 3), (3, 2)])))
print(list(it.islice("abcdef", 1, 5, 2)), list(it.islice("abc", 2)), list(it.islice("abc", 1, None)), list(it.pairwise("abcd")), list(it.batched("abcde", 2)), list(it.zip_longest("ab", [1], fillvalue="-")), [list(x) for x in it.tee([1, 2], 3)])
print([(k, list(g)) for k, g in it.groupby("aabbbca")], [(k, len(list(g))) for k, g in it.groupby([1, 3, 2, 4], key=lambda x: x % 2)])
print(list(it.product("ab", [1, 2])), list(it.product([0, 1], repeat=2)), list(it.permutations("abc", 2)), list(it.permutations([1, 2, 3]))[3], list(it.combinations("abcd", 2)), list(it.combinations_with_replacement("ab", 2)), list(it.product()), list(it.combinations([1], 2)))
print(list(it.islice(it.count(0.5, 0.25), 3)), list(it.count(10 ** 20).__next__() for _ in range(1)), it.count(5), it.repeat(1, 2), sum(it.islice(it.count(), 1000)), next(it.count(-3)))
a, b = it.tee(iter([1, 2, 3]))
next(a)
print(list(b), list(a))
for f in (lambda: list(it.islice([1], -1)), lambda: list(it.batched("abc", 0)), lambda: list(it.batched("abc", 2, strict=True)), lambda: it.count("a"), lambda: list(it.permutations("a", -1)), lambda: it.tee([], -1), lambda: list(it.chain(5)), lambda: list(it.product(5)), lambda: list(it.islice(5, 1)), lambda: list(it.starmap(pow, [5]))):
    try:
        print(f())
    except (ValueError, TypeError) as e:
        print(type(e).__name__, e)
t = 0
for x, y in zip(it.count(), it.islice(it.cycle([1, 2, 3]), 3000)): t += x * y
print(t)
for i, j in it.product(range(40), repeat=2): t -= i * j
print(t, len(list(it.permutations(range(6)))), sum(map(sum, it.combinations(range(12), 3))), sum(it.chain.from_iterable(range(i) for i in range(60))))
import operator as op
print(op.add(1, 2), op.itemgetter(1)("abc"), op.itemgetter(0, 2)("abc"), op.attrgetter("real")(5), op.attrgetter("__class__.__name__")(5), op.methodcaller("upper")("a"), op.methodcaller("split", ",")("a,b"), op.contains([1], 1), op.not_(0), op.truth([]), op.index(True), op.concat("a", "b"), op.getitem([1, 2], 1), op.lt(1, 2), op.is_(None, None), op.countOf([1, 1], 1), op.indexOf([1, 2], 2), op.length_hint([1, 2]), op.iadd([1], [2]), sorted([(2, "a"), (1, "b")], key=op.itemgetter(1)), op.call(lambda x: x, 5), op.matmul.__name__)
