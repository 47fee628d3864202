"""Records what CPython's integers do, for the tests of crate runtime's bigint.

    python3.14 bigint_vectors.py > ../testdata/bigint.txt

Operands come from a generator that the test repeats, so only digests of the results are stored:
one line a case, one digest an operation. Keep `operand` and `digest` in step with bigint/tests.rs.
"""
import math
import sys

sys.set_int_max_str_digits(0)
MASK = (1 << 64) - 1
M61 = (1 << 61) - 1


class Random:
    def __init__(self, seed):
        self.state = seed

    def next(self):
        self.state = (self.state + 0x9E3779B97F4A7C15) & MASK
        z = self.state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
        return z ^ (z >> 31)


SIZES = [1, 2, 8, 53, 62, 63, 64, 65, 90, 127, 128, 129, 160, 192, 256, 400, 640, 900, 2048, 2112, 5000]


def operand(r, limit):
    """A number biased towards edges."""
    bits = SIZES[r.next() % limit] + r.next() % 3
    shape = r.next() % 5
    if shape == 0:
        value = (1 << bits) - 1
    elif shape == 1:
        value = 1 << bits
    elif shape == 2:
        value = (1 << bits) + 1
    else:
        value = 0
        for i in range((bits + 63) // 64):
            limb = r.next()
            if shape == 4 and limb & 3:
                limb = MASK if limb & 1 else 0
            value |= limb << (64 * i)
        value >>= value.bit_length() - bits if value.bit_length() > bits else 0
    return -value if r.next() & 1 else value


def digest(value):
    if isinstance(value, tuple):
        d = 7
        for part in value:
            d = (d * 1000003 + digest(part)) & MASK
        return d
    if isinstance(value, float):
        if value != value:
            return 1
        if math.isinf(value):
            return 2 if value > 0 else 3
        n, d = value.as_integer_ratio()
        return digest((n, d))
    if isinstance(value, bytes):
        return digest(int.from_bytes(value, "little") + len(value))
    if value is None:
        return 5
    mag = abs(value)
    return ((mag % M61) * 3 + mag.bit_length() * 0x10001 + (value < 0)) & MASK


def attempt(f, *args):
    try:
        return f(*args)
    except (ValueError, ZeroDivisionError, OverflowError):
        return None


OPS = [
    lambda a, b, c, n: a + b,
    lambda a, b, c, n: a - b,
    lambda a, b, c, n: a * b,
    lambda a, b, c, n: divmod(a, b),
    lambda a, b, c, n: a % b,
    lambda a, b, c, n: (a < b) * 2 + (a == b),
    lambda a, b, c, n: a << n,
    lambda a, b, c, n: a >> n,
    lambda a, b, c, n: a & b,
    lambda a, b, c, n: a | b,
    lambda a, b, c, n: a ^ b,
    lambda a, b, c, n: ~a,
    lambda a, b, c, n: a / b,
    lambda a, b, c, n: float(a),
    lambda a, b, c, n: float(a) < b,
    lambda a, b, c, n: math.gcd(a, b),
    lambda a, b, c, n: math.lcm(a, b),
    lambda a, b, c, n: c ** (n % 40),
    lambda a, b, c, n: pow(a, c, b),
    lambda a, b, c, n: math.isqrt(a),
    lambda a, b, c, n: hash(a),
    lambda a, b, c, n: a.bit_count(),
    lambda a, b, c, n: a.to_bytes(n, "little", signed=True),
    lambda a, b, c, n: a.to_bytes(n, "big", signed=False),
    lambda a, b, c, n: int.from_bytes(str(a).encode(), "little", signed=True),
    lambda a, b, c, n: int.from_bytes(hex(a).encode() + oct(a).encode() + bin(a).encode(), "big"),
    lambda a, b, c, n: int(float(a) * 1.37 ** n),
    lambda a, b, c, n: math.comb(abs(a), n % 12),
    lambda a, b, c, n: math.perm(abs(a), n % 9),
]


def main():
    r = Random(2026)
    for case in range(700):
        limit = 12 if case < 350 else len(SIZES)
        a, b, c = operand(r, limit), operand(r, limit), operand(r, 12)
        n = r.next() % 300
        print(" ".join("%06x" % (digest(attempt(op, a, b, c, n)) & 0xFFFFFF) for op in OPS))


main()
