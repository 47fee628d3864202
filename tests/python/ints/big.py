# Arithmetic on big integers against identities.
import sys
sys.set_int_max_str_digits(0)
a = 3 ** 500
b = 7 ** 300 + 12345
c = -(2 ** 1000) + 1
for x in (a, b, c, -a):
    for y in (b, 17, -(10 ** 50), 2 ** 64, -3):
        q, r = divmod(x, y)
        assert q * y + r == x and (0 <= r < y or y < r <= 0), (x, y)
        assert x // y == q and x % y == r
        assert (x + y) - y == x and (x - y) + y == x and (x * y) // y == x
        assert (x ^ y) ^ y == x and (x & y) | (x ^ y) == x | y and ~(x & y) == ~x | ~y
        assert (x << 77) >> 77 == x and x >> 3 == x // 8 and x << 5 == x * 32
print(a % 1000007, b % 1000007, c % 1000007, a.bit_length(), b.bit_length(), c.bit_length())
print(len(str(a)), str(a)[:20], str(a)[-20:], int(str(a)) == a, int(hex(a), 16) == a, int(oct(b), 8) == b, int(bin(c), 2) == c)
print(a > b, a == 3 ** 500, a != b, c < 0, -a < a, max(a, b) == a, hash(a) == hash(3 ** 500), {a: 1}[3 ** 500], a is not None)
print(pow(a, b, 10 ** 20), pow(3, 10 ** 50, 97), pow(a, 0), a ** 2 == a * a, (a * a - b * b) == (a - b) * (a + b), pow(a, -1, 10 ** 9 + 7))
print(2 ** 4000 // 3 ** 2000, (10 ** 300 + 7) % (10 ** 150 - 3), 10 ** 100 // -7 % 10 ** 10, -(10 ** 100) // 7 % 10 ** 10)
print(float(a), float(2 ** 1000), 10 ** 30 / 10 ** 10, (10 ** 400) / (10 ** 390), 1 / 10 ** 300, a / b, int(1e300), int(1e300) == 10 ** 300, (2 ** 53 + 1) / 1, 3 ** 100 / 2 ** 100)
print(a.to_bytes(120, "big").hex()[:40], int.from_bytes(a.to_bytes(120, "little"), "little") == a, c.to_bytes(130, "big", signed=True)[:8], a.bit_count(), f"{10 ** 30:,}", f"{2 ** 100:x}", f"{2 ** 70:_}", round(10 ** 30 + 5, -1), round(123456789012345678901234567890, -20))
f = 1
for i in range(1, 201): f *= i
print(f % (10 ** 9 + 7), len(str(f)), str(f).rstrip("0")[-10:])
x, y = 0, 1
for _ in range(1000): x, y = y, x + y
print(x)
import math
print(math.isqrt(a) ** 2 <= a < (math.isqrt(a) + 1) ** 2, math.gcd(a * 12, 3 ** 10 * 8), math.lcm(10 ** 20, 15), math.factorial(30), math.comb(100, 50), math.perm(30, 10))
n = 1
for i in range(3000): n = (n * 6364136223846793005 + 1442695040888963407) & ((1 << 128) - 1)
print(hex(n))
for bad in (lambda: a / 0, lambda: a // 0, lambda: a % 0, lambda: a << -1, lambda: float(10 ** 400), lambda: 10 ** 400 / 3, lambda: 10 ** 400 * 1.5, lambda: pow(a, b, 0)):
    try:
        bad()
    except (ZeroDivisionError, ValueError, OverflowError) as e:
        print(type(e).__name__, e)
