# Messages of common run-time errors.
class C: pass
def f(a): pass
l, d, s, t, n = [1], {}, "a", (1,), None
cases = [
    lambda: 1 + "a", lambda: "a" + 1, lambda: [] + (), lambda: () + [], lambda: {} + {}, lambda: None + 1, lambda: 1 - "a", lambda: "a" * "b", lambda: [1] * 1.5,
    lambda: "a" % 1, lambda: "%d" % "x", lambda: "%s %s" % 1, lambda: -"a", lambda: ~1.5, lambda: +[], lambda: 1 << 1.0, lambda: 1 & 1.0, lambda: 1 @ 2,
    lambda: l[1], lambda: l[-2], lambda: t[5], lambda: s[9], lambda: d["k"], lambda: d[(1, 2)], lambda: l["a"], lambda: n[0], lambda: C()[0], lambda: l[None:"a"],
    lambda: l.index(9), lambda: l.remove(9), lambda: [].pop(), lambda: l.pop(9), lambda: {}.popitem(), lambda: set().pop(), lambda: d.pop("z"), lambda: {1}.remove(2), lambda: s.index("z"), lambda: t.index(4), lambda: bytearray().pop(), lambda: b"a".index(b"z"),
    lambda: int("x"), lambda: int("1.5"), lambda: int(""), lambda: int("9", 5), lambda: int("1", 99), lambda: int(None), lambda: int([]), lambda: float("y"), lambda: float(None), lambda: float(""), lambda: complex("z"),
    lambda: n.foo, lambda: C().foo, lambda: C.foo, lambda: s.foo, lambda: f.foo, lambda: l.foo, lambda: int.foo, lambda: undefined, lambda: __import__("nope_mod"),
    lambda: f(), lambda: f(1, 2), lambda: f(b=1), lambda: n(), lambda: C()(), lambda: C(1), lambda: 1 in 1, lambda: "a" in 1, lambda: 1 in "a", lambda: None in {}.get,
    lambda: iter(1), lambda: next([]), lambda: next(iter([])), lambda: [*1], lambda: {**1}, lambda: {**[]}, lambda: list(1), lambda: len(1), lambda: len(iter([])), lambda: sum([[]]), lambda: max([1, "a"]), lambda: sorted([1, "a"]), lambda: sorted([None, None]),
    lambda: chr(0x110000), lambda: ord(""), lambda: ord(1), lambda: bytes([256]), lambda: bytes(-1), lambda: bytes("a"), lambda: "a".encode("nope"), lambda: b"\xff".decode(), lambda: "\u20ac".encode("ascii"), lambda: "a".join([b"b"]), lambda: b"".join(["a"]),
    lambda: range(1.0), lambda: range(0, 1, 0), lambda: slice(), lambda: [][::0], lambda: "a".split(""), lambda: "a".replace(1, 2), lambda: "{}".format(), lambda: "{x}".format(), lambda: "{0}{}".format(1), lambda: format(1, "zz"), lambda: format("a", "d"), lambda: f"{1.5:d}",
    lambda: isinstance(1, 1), lambda: issubclass(1, int), lambda: issubclass(int, 1), lambda: type(1, 2), lambda: setattr(1, "a", 1), lambda: getattr(1, "q"), lambda: hash([]), lambda: {[]: 1}, lambda: {{}}, lambda: round("a"), lambda: abs("a"), lambda: divmod("a", 1), lambda: pow("a", 2), lambda: pow(2, -1, 4), lambda: pow(2, 3, 0), lambda: bin(1.0), lambda: open(5.5) if 0 else hex("a"),
    lambda: (_ for _ in 5), lambda: [x for x in 5], lambda: zip([1], [1, 2], strict=True).__next__() and list(zip([1], [1, 2], strict=True)), lambda: dict.fromkeys(1), lambda: set(1), lambda: frozenset([[]]), lambda: l.insert("a", 1), lambda: l.extend(1), lambda: d.update(1), lambda: d.update([1]), lambda: "a".zfill("b"), lambda: "a".center(), lambda: "abc".find(), lambda: s.startswith(1), lambda: memoryview(1), lambda: reversed({1}), lambda: reversed(1), lambda: enumerate(1), lambda: map(1), lambda: filter(1), lambda: list(map(1, [1])), lambda: object().__lt__(), lambda: 1 .__add__(), lambda: print(1, foo=2), lambda: input(1, 2),
]
for case in cases:
    try:
        print("no error:", type(case()).__name__)
    except Exception as error:
        print(type(error).__name__, error)
