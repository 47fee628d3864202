"""Ackermann's function: deep, doubly nested recursion."""

import sys

SIZE = 30
SMALL = 3


def ackermann(m, n):
    if m == 0:
        return n + 1
    if n == 0:
        return ackermann(m - 1, 1)
    return ackermann(m - 1, ackermann(m, n - 1))


def run(n):
    sys.setrecursionlimit(20_000)
    total = 0
    for i in range(n + 1):
        total = total * 7 + ackermann(2, 20 * i) + ackermann(3, i % 8)
    return total


if __name__ == "__main__":
    n = int(sys.argv[1]) if len(sys.argv) > 1 else SIZE
    print("ackermann", n, run(n))
