# IEEE arithmetic with Python's floors and errors.
inf, nan = float("inf"), float("nan")
for a in (7.5, -7.5, 0.0, -0.0):
    for b in (2.0, -2.0, 0.7):
        print(a, b, a + b, a - b, a * b, a / b, a // b, a % b, divmod(a, b))
print(1 + 0.5, 2 * 0.5, 7 // 2.0, 7.0 % 3, 2 ** 0.5, 2.0 ** 3, (-8) ** (1 / 3))
print(inf - inf, inf * 0, inf + 1, -inf < inf, nan == nan, nan != nan, nan < 1, inf // 1, 5 % inf, -5 % inf)
print(-0.0 == 0.0, str(-0.0), 0.0 * -1, 1e308 * 10, round(2.5), round(3.5), round(-2.5), round(2.675, 2), round(1234.5, -2))
for op in ("1.0 / 0", "1.0 // 0.0", "1.0 % 0.0", "0.0 ** -1", "1e308 ** 2", "divmod(1.0, 0)", "int(inf)", "int(nan)", "round(inf)"):
    try:
        print(eval(op))
    except (ZeroDivisionError, OverflowError, ValueError) as error:
        print(op, type(error).__name__, error)
print(int(1e20), int(-3.99), int(3.99), float(10 ** 30), 10 ** 22 == 1e22, 2 ** 53 + 1 == float(2 ** 53 + 1))
print((2 ** 53 + 1) > 9007199254740992.0, 1 < 1.5, 10 ** 400 > 1e308, -(10 ** 400) < -inf, 10 ** 400 < inf)
try:
    float(10 ** 400)
except OverflowError as error:
    print(error)
try:
    10 ** 400 * 1.0
except OverflowError as error:
    print(error)
