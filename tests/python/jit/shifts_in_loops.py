"""Loops that look at the low bits of a number that they shift, again and again."""


def popcount(n, width):
    c = 0
    for _ in range(width):
        c += n & 1
        n >>= 1
    return c


def groups(n, count):
    s = 0
    for _ in range(count):
        s = (s * 31 + (n & 127)) & 0xFFFF
        n >>= 7
    return s


def halves(n, count):
    s = 0
    for i in range(count):
        s ^= (n >> 3) & 5
        n = (n >> 2) + (i & 1)
    return s


print(sum(popcount(k * 2654435761, 40) for k in range(3000)))
print(sum(groups(k * 2654435761, 9) for k in range(1000)))
print(sum(halves(k * 2654435761, 30) for k in range(1000)))
print(popcount(3**100, 200), groups(7**90, 50), halves(-(3**80), 200))
