# float: parsing, methods, formatting.
for s in ("1.5", " 2.5e3 ", "-.5", "5.", "1_0.5", "inf", "-Infinity", "nan", "+1e-3", "1e400", "0x1", "", ".", "1e", "1.5.2", "infinit"):
    try:
        print(repr(s), float(s))
    except ValueError as e:
        print(e)
x = 3.75
print(x.is_integer(), (4.0).is_integer(), x.as_integer_ratio(), (0.1).as_integer_ratio(), x.hex(), (0.1).hex(), float.fromhex("0x1.8p3"), float.fromhex("-0x.1p-2"), x.conjugate(), x.real, x.imag, (-2.5).__abs__(), x.__int__(), x.__trunc__(), x.__floor__(), x.__ceil__(), (2.5).__round__(), float.from_number(3))
for v in (0.0, 1.0, -1.5, 123456.789, 1e-10, 1e20, 0.1, 1 / 3, 99999.5, 5e-324, 1.7976931348623157e308, 100.0, 1e16, 9007199254740993.0):
    print(v, f"{v:.0f} {v:.2f} {v:e} {v:.3e} {v:g} {v:.3g} {v:10.4f}| {v:+.1f} {v:,.2f} {v:%} {v:.1%} {v:n} {v:#.3g} {v:}", round(v, 1), round(v), str(int(v))[:30])
for v in (float("inf"), float("-inf"), float("nan")):
    print(v, f"{v:f} {v:e} {v:g} {v:8}| {v:<8}| {v:F} {v:+} {v:08}")
print(round(0.5), round(1.5), round(2.5), round(-0.5), round(2.675, 2), round(1.005, 2), round(1e20, -15), round(1234.5678, -2), round(5.015, 2), round(-1.25, 1), round(1.5, 0), round(1e300, 2), type(round(1.5)).__name__, type(round(1.5, 1)).__name__)
print(hash(1.0), hash(0.1), hash(-0.0), hash(1e300), hash(2.0 ** 70) == hash(2 ** 70), 0.1 + 0.2 == 0.3, 1e16 + 1, 2 ** 53 == 2.0 ** 53, 1.0 == 1, float(True), float("1") == 1, float(2 ** 60), 1.5 // 0.5, 7.5 % 2, -7.5 % 2, 5.0 // -2, 1e308 + 1e308, -1e-320)
print(3.0 .__add__(1), (3.0).__add__("x"), (1.5).__lt__(2), (1.5).__eq__("a"), float().hex(), (1.5).__repr__(), max(1.5, float("nan")), min(float("nan"), 1.5), sorted([2.5, -1.0, 1e9, -1e9]), sum([0.1] * 10), sum([1e100, 1.0, -1e100]))
print(f"{1.5:>8}|{1.5:<8}|{1.5:^8}|{1.5:=+8}|{-1.5:08.2f}|{1234567.891:_.1f}|{0.00001234:g}|{1e-5:.0e}|{12345678:.3g}|{0.5:.0%}|{1e22:.0f}|{1e15:g}|{123456789.0:g}")
for f in (lambda: float("abc"), lambda: float([]), lambda: float.fromhex("xyz"), lambda: (1.5).hex(1), lambda: float("inf").as_integer_ratio(), lambda: float("nan").as_integer_ratio(), lambda: f"{1.5:d}", lambda: f"{1.5:x}", lambda: f"{1.5:.}", lambda: round(1.5, "a"), lambda: 1.5 << 1, lambda: 1.5 & 1, lambda: float.fromhex("0x1p2000")):
    try:
        print(f())
    except (ValueError, TypeError, OverflowError) as e:
        print(type(e).__name__, e)
