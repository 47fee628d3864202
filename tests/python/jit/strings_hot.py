# Text in hot loops.
def scan(s):
    v = d = o = 0
    for c in s:
        if c in "aeiou": v += 1
        elif c.isdigit(): d += int(c)
        else: o += ord(c)
    return v, d, o
print(scan("the quick brown fox 12345 jumps" * 100), scan("é€😀a1" * 200))
def index_loop(s):
    i = t = 0
    while i < len(s):
        if s[i] == "a": t += i
        elif s[i] > "m": t -= 1
        i += 1
    return t
print(index_loop("abcxyz" * 500), index_loop("aéz€" * 300))
def build(n):
    s, parts = "", []
    for i in range(n):
        s += str(i % 10)
        parts.append(f"{i}:{i * i % 7}")
        if len(s) > 50: s = s[25:]
    return s, len(",".join(parts)), hash(s) == hash(s + "")
print(build(3000))
def compare(words):
    t = 0
    for i in range(3000):
        a, b = words[i % len(words)], words[i * 7 % len(words)]
        if a == b: t += 1
        elif a < b: t += 2
        if a.startswith(b[:1]): t += 3
    return t
print(compare("alpha beta gamma delta epsilon".split()), compare(["ä", "a", "", "aa"]))
counts = {}
for i in range(4000):
    k = "k" + str(i * 31 % 17)
    counts[k] = counts.get(k, 0) + 1
print(sorted(counts.items())[:3], len(counts))
def rev(s):
    out = ""
    for c in s: out = c + out
    return out
print(rev("abc" * 100)[:10], rev("xé€"))
def caesar(s, k): return "".join(chr((ord(c) - 97 + k) % 26 + 97) if c.islower() else c for c in s)
print(caesar(caesar("hello, world" * 50, 3), -3) == "hello, world" * 50)
def pal(n):
    c = 0
    for i in range(n):
        s = str(i)
        if s == s[::-1]: c += 1
    return c
print(pal(3000))
t = 0
for i in range(2000):
    b = bytes([i % 256, 1, 2])
    t += b[0] + len(b) + (b"\x01" in b)
print(t, sum(bytearray(range(256)) * 10))
def parse(s):
    n, neg, i = 0, False, 0
    if s[0] == "-": neg, i = True, 1
    while i < len(s):
        n = n * 10 + ord(s[i]) - 48
        i += 1
    return -n if neg else n
print(sum(parse(str(i - 1000)) for i in range(2000)), parse("123456789012345678901234567890"))
