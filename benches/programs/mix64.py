"""64-bit random numbers and hashes: products masked to 64 bits."""

SIZE = 400_000
SMALL = 500

MASK = 0xFFFFFFFFFFFFFFFF


def splitmix(state):
    state = (state + 0x9E3779B97F4A7C15) & MASK
    z = state
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
    return state, z ^ (z >> 31)


def rotate_left(x, k):
    return ((x << k) | (x >> (64 - k))) & MASK


def xoroshiro(n, seed):
    seed, s0 = splitmix(seed)
    seed, s1 = splitmix(seed)
    total = 0
    for _ in range(n):
        total = (total + s0 + s1) & MASK
        s1 ^= s0
        s0 = rotate_left(s0, 24) ^ s1 ^ ((s1 << 16) & MASK)
        s1 = rotate_left(s1, 37)
    return total


def fnv1a(data, rounds):
    h = 0xCBF29CE484222325
    for _ in range(rounds):
        for byte in data:
            h = ((h ^ byte) * 0x100000001B3) & MASK
    return h


def run(n):
    state = 12345
    mixed = 0
    for _ in range(n):
        state, z = splitmix(state)
        mixed ^= z
    return f"{mixed:016x} {xoroshiro(n, 1):016x} {fnv1a(b'trace compiler', n // 14):016x}"


if __name__ == "__main__":
    import sys

    n = int(sys.argv[1]) if len(sys.argv) > 1 else SIZE
    print("mix64", n, run(n))
