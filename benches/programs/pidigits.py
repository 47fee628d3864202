"""Digits of pi, by a spigot and by Machin's formula: big integers."""

import sys

SIZE = 3_200
SMALL = 60


def spigot(count):
    """Gibbons' stream of digits."""
    q, r, t, k, n, l = 1, 0, 1, 1, 3, 3
    digits = []
    while len(digits) < count:
        if 4 * q + r - t < n * t:
            digits.append(n)
            q, r, n = 10 * q, 10 * (r - n * t), (10 * (3 * q + r)) // t - 10 * n
        else:
            q, r, t, k, n, l = (
                q * k, (2 * q + r) * l, t * l, k + 1,
                (q * (7 * k + 2) + r * l) // (t * l), l + 2,
            )
    return digits


def arctan_inverse(x, unity):
    total = term = unity // x
    divisor = 3
    sign = -1
    while term:
        term //= x * x
        total += sign * (term // divisor)
        sign = -sign
        divisor += 2
    return total


def machin(count):
    unity = 10 ** (count + 10)
    pi = 4 * (4 * arctan_inverse(5, unity) - arctan_inverse(239, unity))
    return pi // 10 ** 10


def run(n):
    sys.set_int_max_str_digits(0)
    digits = spigot(n)
    pi = machin(3 * n)
    assert digits == [int(c) for c in str(pi)[:n]]
    return f"{''.join(map(str, digits[-10:]))} {pi % 10 ** 10:010d}"


if __name__ == "__main__":
    n = int(sys.argv[1]) if len(sys.argv) > 1 else SIZE
    print("pidigits", n, run(n))
