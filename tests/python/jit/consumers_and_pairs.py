"""Sorting by keys of Python functions, bytes of generators, pairs of enumerate and zip."""

import sys


def key_of(x):
    return (-(x % 7), x)


for _ in range(30):
    a = sorted([5, 3, 9, 14, 2, 7], key=key_of)
    b = sorted((x * 5 % 13 for x in range(20)), key=lambda x: x % 5, reverse=True)
    c = sorted({"b": 2, "a": 1}.items(), reverse=False, key=lambda item: item[1])
print(a, b, c)
print(sorted("hello", key=lambda c: -ord(c)), sorted([], key=key_of))
print(sorted([1, 2, 3], key=lambda x: 0, reverse=1))


class Odd:
    def __init__(self, n):
        self.n = n

    def __lt__(self, other):
        return self.n % 3 < other.n % 3

    def __repr__(self):
        return f"Odd({self.n})"


print(sorted(range(8), key=lambda x: Odd(x)))


def failing(x):
    if x == 3:
        raise KeyError(x)
    return x


for bad in (lambda: sorted([1, 3, 2], key=failing), lambda: sorted([1, "a"], key=lambda x: x),
            lambda: sorted(5, key=failing), lambda: sorted([1], key=lambda: 0),
            lambda: sorted([1], key=failing, reverse="x")):
    try:
        print(bad())
    except Exception as e:
        print(type(e).__name__, e)


def depth(x):
    return sys._getframe(1).f_code.co_name


def outer():
    return sorted([2, 1], key=depth)


print(outer())


def numbers(n):
    for i in range(n):
        yield i * 7 & 255


class Index:
    def __init__(self, n):
        self.n = n
        self.asked = 0

    def __index__(self):
        self.asked += 1
        return self.n


for _ in range(20):
    d = bytes(numbers(40))
print(d, bytes(map(lambda x: x + 1, range(5))), bytes(filter(lambda x: x & 1, range(9))))
i = Index(7)
print(bytes(x for x in (1, True, i)), i.asked)
seen = []


def watched(items):
    for x in items:
        seen.append(x)
        yield x


for items in ([1, 256, 2], [1, -1, 2], [1, "a"], [1, 2.0], [1 << 70]):
    try:
        print(bytes(watched(items)))
    except Exception as e:
        print(type(e).__name__, e)
print(seen)


def pairs(n):
    total = 0
    for i, x in enumerate(numbers(n)):
        total = (total * 31 + i * x) % 1000003
    for i, x in enumerate(map(key_of, range(n)), 10):
        total += i + x[1]
    for x, y in zip(numbers(n), range(n)):
        total += x * y
    for x, y in zip(range(n), (z * z for z in range(n - 1))):
        total -= x * y
    for x, y in zip(numbers(n), numbers(n + 3)):
        total ^= x + y
    for p in enumerate(x for x in range(3)):
        total += len(p)
    return total


for n in (5, 50, 300):
    print(pairs(n))

e = enumerate(numbers(10), (1 << 62) - 3)
for i, x in e:
    print(i, x, end=" ")
print(next(e, "end"))

g = numbers(6)
print([p for p in zip(g, g)], [p for p in enumerate(g)])
g = numbers(5)
print([p for p in zip(g, range(2))], list(g))
e = enumerate(numbers(6))
for i, x in e:
    if i == 2:
        print(next(e))
print(i, x)


def stops():
    yield 1
    raise ValueError("inside")


for it in (enumerate(stops()), zip(stops(), stops()), zip([1, 2], stops()), zip(stops(), [1])):
    try:
        for x in it:
            print(x)
        print("ended")
    except ValueError as error:
        print("raised", error, error.__traceback__.tb_next.tb_frame.f_code.co_name)
for it in (zip(numbers(2), numbers(3), strict=True), zip(numbers(3), numbers(2), strict=True)):
    try:
        print([x for x in it])
    except ValueError as error:
        print(error)


class Countdown:
    def __init__(self, n):
        self.n = n

    def __iter__(self):
        return self

    def __next__(self):
        if self.n == 0:
            raise StopIteration
        self.n -= 1
        return self.n


for _ in range(10):
    r = [(i, x, y) for i, (x, y) in enumerate(zip(Countdown(4), numbers(9)))]
print(r)


class Numbered(enumerate):
    pass


print([x for x in Numbered(numbers(3))], list(enumerate(numbers(3))), dict(enumerate(numbers(3))))


items = [5, 3, 9, 14, 2, 7]
for _ in range(30):
    items.sort(key=key_of)
    items.sort(key=lambda x: x % 4, reverse=True)
print(items)
items.sort(reverse=True, key=lambda x: (len(items), -x))
print(items)
items = [1, 3, 2]
for key in (failing, lambda x: items.append(x), lambda: 0, lambda x: "a" if x == 2 else x):
    try:
        items.sort(key=key)
    except Exception as error:
        print(type(error).__name__, error, sorted(items))
try:
    items.sort(failing)
except TypeError as error:
    print(error)


class Listed(list):
    pass


few = Listed([3, 1, 2])
few.sort(key=lambda x: -x)
print(few, list.sort(few, key=lambda x: x), few)
