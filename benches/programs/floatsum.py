"""Summing series: the plainest float loops."""

SIZE = 3_500_000
SMALL = 2_000


def harmonic(n):
    total = 0.0
    for i in range(1, n + 1):
        total += 1.0 / i
    return total


def leibniz(n):
    total = 0.0
    sign = 1.0
    k = 0
    while k < n:
        total += sign / (2 * k + 1)
        sign = -sign
        k += 1
    return 4.0 * total


def compensated(n):
    total = 0.0
    lost = 0.0
    x = 0.1
    for _ in range(n):
        y = x - lost
        t = total + y
        lost = (t - total) - y
        total = t
    return total


def run(n):
    return f"{harmonic(n)} {leibniz(n)} {compensated(n)}"


if __name__ == "__main__":
    import sys

    n = int(sys.argv[1]) if len(sys.argv) > 1 else SIZE
    print("floatsum", n, run(n))
