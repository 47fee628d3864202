"""Builtin functions that consume generators and iterators written in Python."""

import sys
import traceback


def upto(n, step=1):
    i = 0
    while i < n:
        yield i
        i += step


class Count:
    def __init__(self, n):
        self.n = n

    def __iter__(self):
        return self

    def __next__(self):
        if self.n == 0:
            raise StopIteration("done")
        self.n -= 1
        return self.n


def returning():
    yield 1
    yield 2
    return "end"


def failing(n):
    for i in range(n):
        yield i
    raise ValueError("failed")


def sums(n):
    out = [sum(x * x for x in range(n)), sum(upto(n)), sum(Count(n)), sum(upto(n), 5)]
    out.append(sum(0.1 for _ in range(n)))
    out.append(sum((0.1 if i else 1 for i in range(n)), 0))
    out.append(sum(i * 0.5 if i % 2 else i for i in range(n)))
    out.append(sum(x for x in [1e100, 1.0, -1e100, 2]))
    out.append(sum(x for x in [float("inf"), 1.0]))
    out.append(sum(1j * x for x in range(4)))
    out.append(sum(x for x in [1, 2.5, 1j, 3]))
    out.append(sum(2**62 for _ in range(10)))
    out.append(sum(2**64 + i for i in range(10)))
    out.append(sum(([x] for x in range(3)), []))
    out.append(sum(x > 3 for x in range(n)))
    out.append(sum(x for x in ()))
    return out


def tests(n):
    return (
        any(x > n for x in range(n)),
        any(x == n // 2 for x in range(n)),
        all(x < n for x in range(n)),
        all(x != n // 2 for x in upto(n)),
        any(x for x in ()),
        all(x for x in ()),
        any([] for _ in range(3)),
    )


def extremes(n):
    out = [max(x * 7919 % 1009 for x in range(n)), min(x * 7919 % 1009 + 5 for x in range(n))]
    out += [max(Count(n)), min(Count(n)), max(upto(n), key=lambda x: -x), min(upto(n), key=lambda x: x % 17 - x)]
    out += [max([3, 1, 2], key=lambda x: -x), min("spam", key=lambda c: -ord(c)), max((x for x in "abc"), default=1)]
    out.append(max((x for x in ()), default="none"))
    for f in (max, min):
        try:
            f(x for x in ())
        except ValueError as e:
            out.append(str(e))
        try:
            f([], key=lambda x: x)
        except ValueError as e:
            out.append(str(e))
    return out


def collections(n):
    out = [len(list(upto(n))), len(tuple(upto(n, 2))), len(set(x % 10 for x in range(n)))]
    out += [list(Count(3)), tuple(Count(3)), ",".join(str(x) for x in range(5)), "".join(c for c in "text")]
    out += [list(map(lambda x: x + 1, range(3))), list(filter(lambda x: x & 1, range(9)))]
    out.append(len(list(map(lambda a, b: a * b, range(n), upto(n // 2)))))
    out.append(sorted(x % 7 for x in range(20)))
    try:
        "".join(x for x in ["a", 1])
    except TypeError as e:
        out.append(str(e))
    return out


def stepping(n):
    total = 0
    g = upto(n)
    while True:
        x = next(g, None)
        if x is None:
            break
        total += x
    g = upto(n)
    try:
        while True:
            total += next(g)
    except StopIteration as e:
        total += e.value is None
    c = Count(n)
    try:
        while True:
            total += next(c)
    except StopIteration as e:
        last = e.value
    c = Count(n)
    while next(c, -1) >= 0:
        total += 1
    g = returning()
    got = [next(g), next(g)]
    try:
        next(g)
    except StopIteration as e:
        got.append(e.value)
    try:
        next(g)
    except StopIteration as e:
        got.append(e.value)
    got.append(next(returning(), 7))
    return total, last, got


def averager():
    total = count = 0
    while True:
        x = yield total // max(count, 1)
        total += x
        count += 1


def sending(n):
    g = averager()
    next(g)
    out = 0
    for i in range(n):
        out += g.send(i)
    try:
        averager().send(1)
    except TypeError as e:
        return out, str(e)


def mapped(n):
    total = 0
    for x in map(lambda a: a * 2, range(n)):
        total += x
    for x in map(lambda a, b: a * b, range(n), upto(n)):
        total += x
    for x in filter(lambda a: a % 3, upto(n)):
        total += x
    for x in filter(lambda a: a % 3, map(lambda a: a + 1, range(n))):
        total += x
    for x in filter(None, range(5)):
        total += x
    return total


def errors(n):
    out = []
    for f in (sum, list, any, max, "".join, lambda g: next(map(lambda x: 1 // 0, g))):
        try:
            f(failing(n if f is not any else 1))
        except (ValueError, TypeError, ZeroDivisionError) as e:
            names = [x.name for x in traceback.extract_tb(e.__traceback__)]
            out.append((str(e), names))
    return out


def depth():
    return sys._getframe(1).f_code.co_name


def callers():
    return {x for x in (depth() for _ in range(3))}, sum(len(sys._getframe().f_code.co_name) for _ in range(3))


def running():
    g = (next(g) for _ in range(3))
    try:
        next(g)
    except ValueError as e:
        return str(e)


n = 3000
print(sums(n))
print(tests(n))
print(extremes(n))
print(collections(n))
print(stepping(n))
print(sending(n))
print(mapped(n))
print(errors(3))
print(callers())
print(running())
for i in range(200):
    small = (sum(x for x in range(3)), any(x == 2 for x in range(3)), list(x for x in range(2)), i)
print(small)
