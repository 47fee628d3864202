# repr round trips; the shortest text is chosen.
values = [0.1, 0.2, 0.3, 1 / 3, 2 / 3, 1e21, 1e22, 1e23, 5e-324, 2.2250738585072014e-308, 1.7976931348623157e308, 9007199254740991.0, 9007199254740993.0, 0.1 + 0.2, 1e16, 123456789.12345678, 4.35, 4.349999999999999, 1e-5, 1.5e-5, 9.5e-6, 100.0, 1e15, 1e17, 12345678901234567890.0, 3.0e-44, 8.41e21, 2.0 ** 60, 2.0 ** -60, 6.02214076e23, 6.62607015e-34]
for v in values:
    assert float(repr(v)) == v
    print(v, repr(-v), f"{v:.17g}", f"{v!r:>25}", int(v) if v < 1e30 else "big")
x = 1.0
for i in range(400):
    x *= 1.7
    assert float(str(x)) == x, x
    y = 1 / x
    assert float(str(y)) == y, y
print(x, y)
n = 1
for i in range(300):
    n = n * 7 + i
    assert int(str(n)) == n and int(hex(n), 16) == n and int(f"{n:_}".replace("_", "")) == n
print(n)
seed = 1
for i in range(2000):
    seed = (seed * 6364136223846793005 + 1442695040888963407) % (1 << 64)
    m, e = seed >> 11, (seed & 1023) - 560
    try:
        v = m * 2.0 ** e
    except OverflowError:
        continue
    assert float(repr(v)) == v
print(seed, v)
print(round(2.5), round(0.15, 1), round(0.25, 1), round(0.35, 1), round(1e22, -20), [round(i / 10 + 0.05, 1) for i in range(12)], [round(-i / 4) for i in range(9)])
