"""Loops within loops: break, continue, else, and while in for."""

SIZE = 270
SMALL = 12


def triples(limit):
    found = 0
    for a in range(1, limit):
        for b in range(a, limit):
            c2 = a * a + b * b
            c = int(c2 ** 0.5)
            if c >= limit:
                break
            if c * c == c2:
                found += 1
    return found


def primes_by_else(limit):
    count = 0
    for n in range(2, limit):
        for d in range(2, n):
            if d * d > n:
                count += 1
                break
            if n % d == 0:
                break
        else:
            count += 1
    return count


def odometer(limit):
    digits = [0] * 6
    ticks = 0
    while True:
        place = 0
        while place < 6:
            digits[place] += 1
            if digits[place] < limit:
                break
            digits[place] = 0
            place += 1
        if place == 6:
            return ticks
        ticks += 1


def cube(limit):
    total = 0
    for i in range(limit):
        for j in range(limit):
            if (i ^ j) & 1:
                continue
            for k in range(0, limit, 3):
                total += i * j - k
    return total


def run(n):
    return f"{triples(n * 3)} {primes_by_else(n * 80)} {odometer(2 + n // 22)} {cube(n)}"


if __name__ == "__main__":
    import sys

    n = int(sys.argv[1]) if len(sys.argv) > 1 else SIZE
    print("nested_loops", n, run(n))
