"""Loops over text, bytes, dictionaries, sets and large integers whose operands change kind
after the loop has been compiled."""

import math

MASK = 0xFFFFFFFFFFFFFFFF
LIMIT = 7


def words(n, h, mask=MASK):
    for i in range(n):
        h = ((h ^ i) * 0x100000001B3) & mask
        h = (h << 13 | h >> 51) & MASK
    return h


def growing(n):
    a, b = 1, 1
    for i in range(n):
        a, b = b, a + b
        if b > 1 << 200:
            a, b = 1, -b % 97
    return a, b


def signs(n):
    x, seen = 1 << 63, []
    for i in range(n):
        x = (x * 3 - i) % (1 << 64)
        y = x - (1 << 63)
        if i % 701 == 0:
            seen.append((x > y, x // 3, -x, x == y, x & 1, ~x))
    return seen


def limits(n):
    total = 0
    for i in range(n):
        total += min(i, LIMIT, 50) + max(i % 5, 2)
    return total


class Odd:
    def __init__(self, n):
        self.n = n
        self.asked = 0

    def __hash__(self):
        return hash(self.n)

    def __eq__(self, other):
        self.asked += 1
        return isinstance(other, int) and other == self.n


def tables(n):
    d, s, odd = {}, set(), Odd(3)
    for i in range(n):
        if i == n - 500:
            d = {odd: -1}
            s = {odd}
        k = i % 10
        d[k] = d.get(k, 0) + 1
        s.add((k, str(k)))
        if k in s or (k, "3") in s:
            d["hits"] = d.setdefault("hits", 0) + 1
    return [(k if not isinstance(k, Odd) else "odd", v) for k, v in d.items()], len(s), odd.asked > 0


def text(n):
    s, out = "hello, world", []
    for i in range(n):
        if i == n - 300:
            s = "h\u00e9llo \U0001f600"
        count = 0
        for c in s:
            if c == "l" or c > "w":
                count += ord(c)
        for j, c in enumerate(s):
            if c in "aeiou":
                count += j
        if s[i % len(s)] == s[-1]:
            count += 1
        out.append(count)
    return sum(out), out[-1], out[0]


def data(n):
    b, total = bytearray(range(100)), 0
    for i in range(n):
        b[i % len(b)] = i & 255
        total += b[i % 7] + b"abc"[i % 3]
    try:
        for i in range(2 * n):
            b[i % 100] = i - n + 200
    except ValueError as e:
        return total, str(e), sum(b)


def pairs(n):
    xs, ys = list(range(n)), [i * 0.5 for i in range(n - 3)]
    total = 0
    for i, (x, y) in enumerate(zip(xs, ys), 5):
        total += i * x - y
    rest = []
    it = iter(xs)
    for a, b in zip(it, ys[:10]):
        rest.append(a + b)
    return total, rest, next(it)


def stack(n):
    s, log = [], 0
    for i in range(n):
        s.append(i)
        if i % 3 == 2:
            log += s.pop() + len(s)
    try:
        while True:
            log += s.pop()
    except IndexError as e:
        return log, str(e)


def numbers(n):
    out = 0.0
    for i in range(n):
        x = i - 10 if i > n - 20 else i + 1.5
        out += x ** 0.5 if x > 0 else 1
        out += min(x, 3.0) if isinstance(x, float) else True + i
        out += math.sqrt(abs(x)) + math.floor(x)
    nan = float("nan")
    for i in range(n):
        out += max(1.0, nan, 0.0) + (min(nan, 1.0) == min(nan, 1.0))
    try:
        for i in range(n, -2, -1):
            out += i ** -0.5
    except ZeroDivisionError as e:
        return out, str(e)


def displays(n):
    kept = []
    for i in range(n):
        row = [i, str(i)]
        row.append(f"{i:04d}|{row[1]}|{i / 4:.2f}|{i!r}")
        if i % 500 == 0:
            kept.append({"row": row, "set": {i, i % 7}, i: [row[0], []]})
    return kept[-1], [] is []


def changed():
    global LIMIT
    first = limits(2000)
    LIMIT = 9
    second = limits(2000)
    LIMIT = 1 << 65
    return first, second, limits(2000)


class Liar:
    @property
    def __class__(self):
        return int


def instances(n):
    things = [1, "a", 2.5, True, None, Liar(), [1]]
    return [sum(isinstance(x, c) for x in things * n) for c in (int, str, float, bool, list)]


for f in words, growing, signs, limits, tables, text, data, pairs, stack, numbers, displays, instances:
    args = (3000, 1 << 63) if f is words else (3000,)
    print(f.__name__, f(*args))
print(words(3000, 5), words(3000, 1 << 70), words(2000, -3), words(2000, 7, MASK << 8))
print(changed())
