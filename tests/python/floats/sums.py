# sum() keeps what rounding loses, but only between floats.
inf, nan = float("inf"), float("nan")
print(sum([0.1] * 10), sum([1e100, 1.0, -1e100]), sum([1, 1e100, -1e100]), sum([1e100, 1, -1e100]), sum([0.1] * 3, 0.5))
print(sum([1e308, 1e308, -1e308]), sum([inf, 1.0]), sum([inf, -inf]), sum([nan, 1.0]), sum([-0.0], -0.0), sum([-0.0, -0.0]), sum([], -0.0))
print(sum([2**62, 2**62, 2**62]), sum([2**62, 2**62, 1e100, 1.0, -1e100]), sum([True, False, True]), sum([10**30, 1.5]))
print(sum([0.1j] * 10), sum([1e100 + 1j, 1.0, -1e100]), sum([1j, 2, 3.5, True]), sum([1.5, 2j, 3]))


class F(float):
    def __add__(self, o):
        return "added"

    def __radd__(self, o):
        return F(float(o) + float(self))


print(sum([1.0, F(2.0)]), type(sum([1.0, F(2.0)])).__name__, sum([0.1, F(0.1), 0.1]) if False else "")
print(0.0 ** -inf, (-0.0) ** -inf, 2.0**-inf, 0.5**-inf, (-1.0) ** inf, 1.0**nan, nan**0.0)
for f in (lambda: 0.0**-1.0, lambda: inf.as_integer_ratio(), lambda: nan.as_integer_ratio(), lambda: sum(["a"]), lambda: sum([[1]], ""), lambda: float.fromhex(None)):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)


class Own(float):
    def __float__(self):
        return 42.0


print(float(Own()), float.from_number(nan) is nan, float(FloatStr("3")) if False else "")


class Kw(float):
    def __init__(self, value, extra=None):
        self.extra = extra


k = Kw(2.5, extra=3)
print(k, k.extra)
