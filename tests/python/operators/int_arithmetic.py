# Integer arithmetic, floors and signs.
for a in (7, -7, 0, 1, -1):
    for b in (2, -2, 3, -3, 1):
        print(a, b, a + b, a - b, a * b, a // b, a % b, divmod(a, b))
print(7 / 2, -7 / 2, 6 / 3, 0 / 5, type(6 / 3).__name__)
print(2 ** 10, 2 ** 0, 0 ** 0, (-2) ** 3, -2 ** 2, 2 ** -1, 2 ** -2, (-2) ** -3)
print(5 & 3, 5 | 3, 5 ^ 3, ~5, -5 & 3, -5 | 3, -5 ^ 3, 1 << 10, -1 << 3, 1024 >> 3, -1024 >> 3, -1 >> 100)
for op in ("1 // 0", "1 % 0", "1 / 0", "divmod(1, 0)", "0 ** -1", "1 << -1", "1 >> -1"):
    try:
        print(eval(op))
    except (ZeroDivisionError, ValueError) as error:
        print(op, type(error).__name__, error)
