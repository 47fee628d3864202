"""Slices of lists, text and tuples, assignments to them, int() and float() in hot loops."""


def reversals(n):
    work = list(range(12))
    total = 0
    for i in range(n):
        k = i % 11
        work[: k + 1] = work[k::-1]
        total += work[0] * (k + 1)
        copy = work[:]
        copy[::2] = copy[1::2]
        total += copy[k]
    return total, work, copy


def spans(x, n):
    out = 0
    for i in range(n):
        out += len(x[i % 7 :: 2]) * len(x[: -(i % 5) : 1])
    return out


def changing_bounds(n):
    x = list(range(20))
    seen = []
    for i in range(n):
        step = -1 if i % 3 else None
        seen.append(x[i % 4 : None : step])
        if i == n - 3:
            x = tuple(x)
    return sum(map(sum, seen))


def assignments(n, values):
    x = [0] * 6
    failed = 0
    for i in range(n):
        x[i % 4 : i % 4 + 2] = values[i % len(values)]
        try:
            x[::3] = values[i % len(values)]
        except ValueError as e:
            failed += 1
            last = str(e)
        if len(x) > 30:
            del x[6:]
    return x, failed, last


class Index:
    def __init__(self, i):
        self.i = i

    def __index__(self):
        return self.i


def odd_bounds(n):
    x = list(range(9))
    out = 0
    for i in range(n):
        j = Index(i % 9) if i > n - 10 else i % 9
        out += sum(x[j::2])
        x[j:j] = []
    return out


def long_reversal(n):
    x = list(range(n))
    for _ in range(200):
        x = x[::-1]
        x[1::2] = x[-1::-2] if n % 2 == 0 else x[1::2]
    return len(x), sum(x), len(x[::-1]) == len(x), x[n - 1 : max(n - 4, 0) : -1][:2]


def conversions(values, n):
    total = 0
    wholes = 0.0
    for i in range(n):
        v = values[i % len(values)]
        total += int(v)
        wholes += float(v) * 0.5
    return total, wholes


def large_floats(values, n):
    total = 0
    failed = []
    for i in range(n):
        try:
            total += int(values[i % len(values)] * i)
        except (OverflowError, ValueError) as e:
            if i > n - 12:
                failed.append(f"{type(e).__name__}: {e}")
    return total, failed


def roots(n):
    found = 0
    for a in range(1, n):
        for b in range(a, n):
            c2 = a * a + b * b
            c = int(c2 ** 0.5)
            if c * c == c2:
                found += c
    return found


class MyInt(int):
    pass


for _ in range(3):
    print(reversals(500))
    print(spans(list(range(30)), 300), spans("abc" * 9, 300), spans(tuple("xyz") * 8, 300), spans(b"q" * 25, 300))
    print(changing_bounds(200))
    print(assignments(200, [[1, 2], (3, 4, 5), [6], [7, 8]]))
    print(odd_bounds(200))
    print([long_reversal(n) for n in (0, 1, 31, 32, 33, 64, 65, 100)])
    print(conversions([1, 2.5, -3.75, 4], 400), conversions([0.0, -0.0, 1e18, -1e18], 400))
    print(conversions([True, MyInt(3), 2.0], 300), conversions([1.5], 300), conversions([7], 300))
    print(large_floats([1e17, -1e17, 2.0], 400))
    print(large_floats([3.0, 1e308, float("nan"), float("inf")], 400))
    print(roots(60))
    int_of = int
    int = lambda v: 5
    print(conversions([1, 2.5], 100))
    int = int_of
    del int
