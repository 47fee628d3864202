# Common builtins.
print(len("abc"), abs(-3), min(3, 1, 2), max([3, 1, 2]), sum([1, 2, 3]), sorted([3, 1, 2]), list(reversed([1, 2])))
print(int("42"), float("1.5"), str(5), bool(0), list("ab"), tuple([1]), dict(a=1), type(5).__name__)
print(list(zip([1, 2], "ab")), list(enumerate("ab")), list(map(str, [1, 2])), list(filter(None, [0, 1])))
print(any([0, 1]), all([1, 0]), ord("a"), chr(98), hex(255), bin(5), round(2.5), divmod(7, 2), isinstance(5, int))
