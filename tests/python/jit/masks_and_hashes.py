# Products masked to 32 and 64 bits, rotations, unsigned comparisons.
M64, M32 = (1 << 64) - 1, (1 << 32) - 1
def splitmix(n, s=1):
    x = 0
    for _ in range(n):
        s = (s + 0x9E3779B97F4A7C15) & M64
        z = ((s ^ (s >> 30)) * 0xBF58476D1CE4E5B9) & M64
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & M64
        x ^= z ^ (z >> 31)
    return x
print(hex(splitmix(3000)), hex(splitmix(1, -5 & M64)))
def fnv(data):
    h = 0xCBF29CE484222325
    for b in data: h = ((h ^ b) * 0x100000001B3) & M64
    return h
print(hex(fnv(b"hello" * 300)))
def rotl(x, k, w, m): return ((x << k) | (x >> (w - k))) & m
def rots(n):
    a, b = 0x12345678, 0x123456789ABCDEF0
    for i in range(n):
        a = rotl(a, i % 31 + 1, 32, M32) ^ i
        b = rotl(b, i % 63 + 1, 64, M64) + a & M64
    return hex(a), hex(b)
print(rots(2000))
def crc(data):
    c = M32
    for x in data:
        c ^= x
        for _ in range(8): c = (c >> 1) ^ (0xEDB88320 & -(c & 1))
    return c ^ M32
print(hex(crc(b"The quick brown fox jumps over the lazy dog")), hex(crc(bytes(range(256)))))
def adler(data):
    a, b = 1, 0
    for x in data:
        a = (a + x) % 65521
        b = (b + a) % 65521
    return b << 16 | a
print(adler(b"trace" * 500))
def signed(n):
    s = t = 0
    for i in range(n):
        v = (i * 2654435761) & M32
        s += v - (1 << 32) if v & 0x80000000 else v
        t ^= v << (i % 40)
    return s, t & M64
print(signed(3000))
def lcg(n):
    x, c = 42, 0
    for _ in range(n):
        x = (x * 6364136223846793005 + 1442695040888963407) & M64
        if x > 1 << 63: c += 1
    return x, c
print(lcg(3000))
def popcounts(n):
    t = 0
    for i in range(n):
        v = i * 0x9E3779B97F4A7C15 & M64
        v -= (v >> 1) & 0x5555555555555555
        v = (v & 0x3333333333333333) + ((v >> 2) & 0x3333333333333333)
        t += ((v + (v >> 4) & 0x0F0F0F0F0F0F0F0F) * 0x0101010101010101 & M64) >> 56
    return t
print(popcounts(1000))
