# __index__, __contains__, __len__ and __bool__ in the places that use them.
class I:
    def __init__(self, n): self.n = n
    def __index__(self):
        calls.append(self.n)
        return self.n
calls = []
l = [10, 20, 30]
print(l[I(1)], "abc"[I(2)], (1, 2)[I(0)], b"xyz"[I(1)], range(9)[I(4)], l[I(0):I(2)], "abc" * I(2), I(2) * [0] if False else [0] * I(2), list(range(I(1), I(9), I(3))), hex(I(255)), bin(I(5)), chr(I(97)), bytes(I(2)), l.pop(I(0)), l.insert(I(0), "x"), l, [1, 2, 1].index(1, I(1)), "aXbX".find("X", I(2)), round(2.567, I(1)), int.to_bytes(I(5).n, I(2), "big"), (5).__lshift__(2), divmod(7, 2), "%d" % I(3), f"{5:{I(3).n}}", int(I(8)), float(I(8)), complex(I(8)), __import__("math").factorial(I(4)))
print(calls)
l[I(0)] = "set"; del l[I(1)]
print(l)
class F:
    def __float__(self): return 2.5
for f in (lambda: l[F()], lambda: [0] * F(), lambda: range(F()), lambda: hex(F()), lambda: l[1.0], lambda: "a" * 1.5, lambda: chr(2.0), lambda: bytes(2.0), lambda: l[:1.5], lambda: int("5", 10.0), lambda: round(1.5, 1.0), lambda: range(1.0)):
    try:
        print(f())
    except (TypeError, IndexError) as e:
        print(e)
class Big:
    def __index__(self): return 1 << 100
for f in (lambda: l[Big()], lambda: l[:Big()], lambda: "a" * Big(), lambda: [1][-(1 << 100):], lambda: "abc"[1 << 70:]):
    try:
        print(f())
    except (IndexError, OverflowError, MemoryError) as e:
        print(type(e).__name__, e)
class L:
    def __init__(self, n): self.n = n
    def __len__(self): return self.n
for n in (0, 5, True, 1 << 40):
    print(len(L(n)), bool(L(n)))
for n in (-1, "a", 1.0, 1 << 70, None):
    try:
        print(len(L(n)))
    except (ValueError, TypeError, OverflowError) as e:
        print(type(e).__name__, e)
