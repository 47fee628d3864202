"""Functions whose loop is part of their code: entered and left in every way."""

import sys
import traceback


def search(items, wanted):
    for i, item in enumerate(items):
        if item == wanted:
            return i
    return -1


def tree(depth, width):
    if depth == 0:
        return 1
    total = 0
    for i in range(width):
        total += tree(depth - 1, width) + i
    return total


def two_loops(n):
    a = b = 0
    for i in range(n):
        a += i
    while a > 3:
        a -= 3
        b += 1
        if b == 1000:
            return "many"
    for i in range(b):
        a += i & 1
    return a, b


def nested(n):
    found = []
    for i in range(n):
        for j in range(i):
            if i * j == 12:
                found.append((i, j))
                break
        else:
            continue
        if len(found) > 2:
            return found
    return found


def raising(items):
    total = 0
    for x in items:
        total += 10 // x
    return total


def deep(n):
    for _ in range(2):
        if n:
            return deep(n - 1) + 1
    return 0


def names_of_callers(n):
    if n == 0:
        f = sys._getframe()
        names = []
        while f is not None and f.f_code.co_name != "<module>":
            names.append((f.f_code.co_name, f.f_locals.get("n"), f.f_locals.get("i")))
            f = f.f_back
        return names
    for i in range(3):
        if i == 1:
            return names_of_callers(n - 1)
    return None


def many_locals(n, text, ratio):
    parts = []
    big = 1 << 61
    for i in range(n):
        ratio *= 1.5
        big += 1 << 60
        if i % 3 == 2:
            parts.append(f"{text}{i}")
    return ratio, big, "".join(parts)


def compose(*functions):
    def composed(x):
        for f in functions:
            x = f(x)
        return x

    return composed


class Summed:
    def __init__(self, n):
        self.total = 0
        for i in range(n):
            self.total += i

    def merged(self, other):
        for x in (self, other):
            if x.total > 100:
                return x
        return Summed(x.total)


def main():
    items = list(range(20))
    print(sum(search(items, k % 25) for k in range(3000)))
    print(search("abc", "c"), search([1.5, None], None), search((), 1))
    print(sum(tree(3, 3) for _ in range(60)))
    for n in (0, 3, 10, 100):
        results = {two_loops(n) for _ in range(300)}
        print(n, results)
    print([nested(n) for n in range(12)][-1], {len(nested(14)) for _ in range(300)})
    total = 0
    for k in range(600):
        try:
            total += raising([1, 2, 5, k % 7])
        except ZeroDivisionError:
            total += 1000
    print(total)
    try:
        raising([3, 0])
    except ZeroDivisionError as e:
        print([f.lineno - f.line.count("x") for f in traceback.extract_tb(e.__traceback__)])
    print({deep(50) for _ in range(100)})
    try:
        deep(10**6)
    except RecursionError as e:
        print(e)
    for _ in range(200):
        names = names_of_callers(4)
    print(names)
    print([many_locals(n, "t", 0.5) for n in (1, 4, 8)])
    print({many_locals(30, "", 1)[:2] for _ in range(300)})
    pipeline = compose(lambda x: x + 1, lambda x: x * 2, abs, float)
    print(sum(pipeline(k - 500) for k in range(1000)))
    print(sum(Summed(k % 9).merged(Summed(k % 20)).total for k in range(900)))


main()
