"""Pancake flipping over all permutations: slices, swaps and small lists."""

SIZE = 9
SMALL = 5


def run(n):
    perm = list(range(n))
    counts = [0] * n
    most_flips = 0
    checksum = 0
    sign = 1
    left = n
    while True:
        while left != 1:
            counts[left - 1] = left
            left -= 1
        work = perm[:]
        flips = 0
        first = work[0]
        while first:
            work[: first + 1] = work[first::-1]
            flips += 1
            first = work[0]
        if flips > most_flips:
            most_flips = flips
        checksum += sign * flips
        sign = -sign
        # The next permutation: rotate a prefix until a counter runs out.
        while True:
            if left == n:
                return f"{checksum} {most_flips}"
            perm.insert(left, perm.pop(0))
            counts[left] -= 1
            if counts[left] > 0:
                break
            left += 1
        left = max(left, 1)


if __name__ == "__main__":
    import sys

    n = int(sys.argv[1]) if len(sys.argv) > 1 else SIZE
    print("fannkuch", n, run(n))
