"""Calls of what instances hold, among methods, at one place; type(x) in loops."""


class Doubles:
    def __init__(self, n):
        self.n = n

    def run(self, x):
        return x * 2 + self.n

    @staticmethod
    def cut(x):
        return x % 5


class Holds:
    def __init__(self, f):
        self.run = f

    cut = staticmethod(lambda x: x % 3)


class Late:
    """Gets its callable behind its other attributes, and loses it again."""

    def run(self, x):
        return -x

    @classmethod
    def cut(cls, x):
        return len(cls.__name__) + x % 2


def total(things, n):
    result = 0
    for i in range(n):
        for thing in things:
            result += thing.run(i) + thing.cut(i)
    return result


things = [Doubles(3), Holds(lambda x: x + 1), Late(), Holds(abs), Holds(int), Doubles(4)]
print(total(things, 400))
things[2].run = lambda x: 7 * x
print(total(things, 400))
del things[2].run
print(total(things, 400))
Holds.cut = staticmethod(lambda x: x % 7)
print(total(things, 400))
Late.run = lambda self, x: 11
print(total(things, 400))
del things[1].run
try:
    total(things, 400)
except AttributeError as e:
    print(e)


def names(values, n):
    seen = {}
    for i in range(n):
        for v in values:
            name = type(v).__name__
            seen[name] = seen.get(name, 0) + 1
    return seen


class Meta(type):
    pass


class Odd(metaclass=Meta):
    pass


mixed = [1, 2.5, True, None, "a", b"", [], (), {}, Odd(), Odd, int, 1 << 70, 1e300, Late(), names]
print(names(mixed, 300))
odd = mixed[9]
odd.__class__ = Late
print(names(mixed, 300))
Late.__name__ = "Changed"
print(names(mixed, 300))


def kinds(a, b, n):
    same = 0
    for i in range(n):
        if type(a[i % len(a)]) is type(b[i % len(b)]):
            same += 1
    return same


print(kinds([1, 2.0, "x"], [1, 2, "y", None], 1000))


def merge(left, right):
    out, i, j = [], 0, 0
    while i < len(left) and j < len(right):
        if right[j] < left[i]:
            out.append(right[j])
            j += 1
        else:
            out.append(left[i])
            i += 1
    return out + left[i:] + right[j:]


def merge_sort(items):
    if len(items) < 2:
        return items
    middle = len(items) // 2
    return merge(merge_sort(items[:middle]), merge_sort(items[middle:]))


numbers = [i * 7919 % 1009 for i in range(600)]
for convert in (int, float, str, lambda x: (x, -x), lambda x: x + (x % 2) / 2, lambda x: x << 60):
    values = [convert(x) for x in numbers]
    print(merge_sort(values) == sorted(values), end=" ")
print()
