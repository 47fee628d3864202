"""Collatz chains: integer loops, with and without a table."""

SIZE = 60_000
SMALL = 200


def longest_plain(limit):
    best = best_start = 0
    for start in range(1, limit):
        n = start
        steps = 0
        while n != 1:
            if n % 2 == 0:
                n //= 2
            else:
                n = 3 * n + 1
            steps += 1
        if steps > best:
            best, best_start = steps, start
    return best, best_start


def longest_with_table(limit):
    lengths = [0] * limit
    lengths[1] = 1
    best = 1
    for start in range(2, limit):
        n = start
        steps = 0
        while n >= start:
            n = n >> 1 if not n & 1 else 3 * n + 1
            steps += 1
        lengths[start] = steps + lengths[n]
        if lengths[start] > lengths[best]:
            best = start
    return best, lengths[best] - 1


def run(n):
    return f"{longest_plain(n)} {longest_with_table(n * 4)}"


if __name__ == "__main__":
    import sys

    n = int(sys.argv[1]) if len(sys.argv) > 1 else SIZE
    print("collatz", n, run(n))
