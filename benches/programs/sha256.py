"""SHA-256 by hand: 32-bit rotations, sums and masks."""

SIZE = 4_000
SMALL = 6


def first_primes(count):
    primes = []
    candidate = 2
    while len(primes) < count:
        if all(candidate % p for p in primes):
            primes.append(candidate)
        candidate += 1
    return primes


def root_bits(p, degree):
    """The first 32 bits of the fractional part of p's root, in integers."""
    low, high = 0, p << 32
    target = p << (32 * degree)
    while low < high:
        middle = (low + high + 1) // 2
        if middle ** degree <= target:
            low = middle
        else:
            high = middle - 1
    return low & 0xFFFFFFFF


PRIMES = first_primes(64)
K = [root_bits(p, 3) for p in PRIMES]
START = [root_bits(p, 2) for p in PRIMES[:8]]


def rotr(x, k):
    return ((x >> k) | (x << (32 - k))) & 0xFFFFFFFF


def compress(state, block):
    w = [int.from_bytes(block[i : i + 4], "big") for i in range(0, 64, 4)]
    for i in range(16, 64):
        a, b = w[i - 15], w[i - 2]
        s0 = rotr(a, 7) ^ rotr(a, 18) ^ (a >> 3)
        s1 = rotr(b, 17) ^ rotr(b, 19) ^ (b >> 10)
        w.append((w[i - 16] + s0 + w[i - 7] + s1) & 0xFFFFFFFF)
    a, b, c, d, e, f, g, h = state
    for i in range(64):
        s1 = rotr(e, 6) ^ rotr(e, 11) ^ rotr(e, 25)
        t1 = (h + s1 + ((e & f) ^ (~e & g)) + K[i] + w[i]) & 0xFFFFFFFF
        s0 = rotr(a, 2) ^ rotr(a, 13) ^ rotr(a, 22)
        t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) & 0xFFFFFFFF
        h, g, f, e = g, f, e, (d + t1) & 0xFFFFFFFF
        d, c, b, a = c, b, a, (t1 + t2) & 0xFFFFFFFF
    return [(x + y) & 0xFFFFFFFF for x, y in zip(state, (a, b, c, d, e, f, g, h))]


def digest(message):
    padded = message + b"\x80" + bytes((55 - len(message)) % 64)
    padded += (8 * len(message)).to_bytes(8, "big")
    state = START
    for i in range(0, len(padded), 64):
        state = compress(state, padded[i : i + 64])
    return "".join(f"{word:08x}" for word in state)


def run(n):
    assert digest(b"abc").startswith("ba7816bf8f01cfea")
    message = bytes(i * 7 % 251 for i in range(64 * n))
    return digest(message)


if __name__ == "__main__":
    import sys

    n = int(sys.argv[1]) if len(sys.argv) > 1 else SIZE
    print("sha256", n, run(n))
