# Wrong calls of methods, classes and builtins name what was called.
class C:
    def m(self, a): return a
    @classmethod
    def cm(cls, a): return a
    @staticmethod
    def sm(a): return a
    def __init__(self, x=0): pass
    def __call__(self, q): return q


class D: pass
five, text, nothing = 5, "s", None


for call in (
    lambda: C().m(), lambda: C().m(1, 2), lambda: C.m(), lambda: C().cm(), lambda: C.sm(), lambda: C(1, 2),
    lambda: C(y=1), lambda: C()(), lambda: D(1), lambda: D(a=1), lambda: five(), lambda: text(), lambda: nothing(),
    lambda: len(), lambda: len(1, 2), lambda: len(x=1), lambda: [].append(), lambda: [].append(1, 2), lambda: {}.get(),
    lambda: "a".join(), lambda: "a".join(1), lambda: "a".join([1]), lambda: object(1), lambda: int(1, 2, 3),
    lambda: isinstance(1), lambda: C.nope, lambda: C().nope, lambda: (1).x, lambda: None.x, lambda: [].x, lambda: abs(),
    lambda: ord("ab"), lambda: chr(-1), lambda: range(), lambda: range(1, 2, 3, 4), lambda: range("a"), lambda: range(1, 2, 0),
    lambda: sorted(), lambda: sorted([1], lambda x: x), lambda: print(sep=1), lambda: max(), lambda: max([]), lambda: max(1),
    lambda: sum("ab"), lambda: sum(["a"]), lambda: zip(1), lambda: enumerate(), lambda: next(5), lambda: iter(5), lambda: dict(1), lambda: dict([1]),
    lambda: dict([(1, 2, 3)]), lambda: list(5), lambda: tuple(None), lambda: set([[]]), lambda: {}[[]], lambda: hash([]), lambda: hash({}),
):
    try:
        print(call())
    except (TypeError, AttributeError, ValueError) as error:
        print(type(error).__name__, error)
