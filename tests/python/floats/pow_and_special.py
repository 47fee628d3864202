# Powers, signed zeros, infinities, hot float loops.
inf, nan = float("inf"), float("nan")
for a in (0.0, -0.0, 1.0, -1.0, 2.0, -2.0, 0.5, inf, -inf, nan):
    row = []
    for b in (0.0, 1.0, -1.0, 2.0, 0.5, -0.5, 3.0, inf, -inf, nan):
        try:
            row.append(a ** b)
        except ZeroDivisionError:
            row.append("ZDE")
    print(a, row)
print(2 ** 0.5, 10.0 ** 308, 2.0 ** -1074, 9 ** 0.5, 27 ** (1 / 3), (-1) ** 0.5, (-8.0) ** (1 / 3), 4 ** -0.5, 1.1 ** 100, 0.9 ** 1000, 2.0 ** 1023)
try:
    10.0 ** 309
except OverflowError as e:
    print(e)
try:
    10 ** 309 ** 1.0
except OverflowError as e:
    print(e)
x = 0.0
for i in range(5000): x = x * 0.999 + i ** 0.5
print(x)
v = 1.0
for i in range(3000): v = v * 1.5 if v < 1e10 else v / 1e10 - 0.25
print(v)
s = 0
for i in range(4000):
    s += 0.5 if i % 2 else 1
    if i == 3000: s = int(s)
print(s, type(s).__name__)
z = -0.0
print(z, z + 0, z * 1, -z, z - 0, 0 - z, abs(z), z == 0, str(z * -1), [z], min(0.0, z), max(z, 0.0), round(z), z + z, z - z)
n = 0
for f in [1.5, nan, inf, -inf, 0.0, -0.0] * 500:
    if f == f and f > 0: n += 1
    elif f != f: n += 100
    elif not f: n += 10000
print(n)
