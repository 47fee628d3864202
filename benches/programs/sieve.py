"""Primes by crossing out: a list of flags, by slices and by steps."""

SIZE = 3_500_000
SMALL = 2_000


def by_slices(limit):
    flags = [True] * (limit + 1)
    flags[0] = flags[1] = False
    for i in range(2, int(limit ** 0.5) + 1):
        if flags[i]:
            flags[i * i :: i] = [False] * len(range(i * i, limit + 1, i))
    return sum(flags)


def by_steps(limit):
    flags = bytearray(b"\x01") * (limit + 1)
    count = 0
    last = 0
    for i in range(2, limit + 1):
        if flags[i]:
            count += 1
            last = i
            j = i * i
            while j <= limit:
                flags[j] = 0
                j += i
    return count, last


def run(n):
    count, last = by_steps(n)
    return f"{by_slices(n)} {count} {last}"


if __name__ == "__main__":
    import sys

    n = int(sys.argv[1]) if len(sys.argv) > 1 else SIZE
    print("sieve", n, run(n))
