"""Methods, attributes and functions of more kinds than a place tells apart."""


def make(k):
    class Node:
        shared = k * 10

        def __init__(self, n):
            # Each class has a layout of its own.
            for i in range(k % 4):
                setattr(self, f"pad{i}", i)
            self.n = n

        def value(self, x):
            return self.n * k + x

        def chosen(self, a, b=2):
            return a * k + b + self.n

    return Node


CLASSES = [make(k) for k in range(12)]


class Odd:
    """Finds everything in other ways."""

    shared = -1

    def __init__(self):
        self.value = lambda x: x - 1
        self.chosen = max

    def __getattr__(self, name):
        if name == "n":
            return 1000
        raise AttributeError(name)


class Slots:
    __slots__ = ("n",)
    shared = 5

    def __init__(self, n):
        self.n = n

    def value(self, *rest):
        return len(rest) + self.n

    @staticmethod
    def chosen(a, b=3):
        return a - b


class Generating:
    shared = n = 1

    def value(self, x):
        yield x

    def chosen(self, a):
        raise ValueError(a)


def methods(objects, rounds):
    total = 0
    for i in range(rounds):
        for o in objects:
            total += o.value(i)
    return total


def attributes(objects, rounds):
    total = 0
    for i in range(rounds):
        for o in objects:
            total += o.n + o.shared
    return total


def functions(fs, rounds):
    total = 0
    for i in range(rounds):
        for f in fs:
            total += f(i)
    return total


def each(fs, x):
    for f in fs:
        f(x)


def chosen(objects, rounds):
    total = raised = 0
    for i in range(rounds):
        for o in objects:
            try:
                total += o.chosen(i)
            except (ValueError, TypeError) as e:
                raised += len(str(e))
    return total, raised


def adders():
    out = []
    for k in range(6):
        out.append(lambda x, k=k: x + k)
    for k in range(3):
        out.append(lambda x: x * k)
    out += [abs, int, str.__len__ and (lambda x: -x), lambda x: fact(x % 9), (5).__add__]
    return out


def fact(n):
    return 1 if n < 2 else n * fact(n - 1)


objects = [c(j) for j, c in enumerate(CLASSES)]
print(methods(objects, 300))
print(methods(objects + [Odd(), Slots(4)], 300))
print(attributes(objects, 300))
print(attributes(objects + [Odd(), Slots(7), Generating()], 300))
print(functions(adders(), 300))
print(chosen(objects + [Slots(1), Generating(), Odd()], 300))

# Values of other types through the same places.
print(methods([c(j + 0.5) for j, c in enumerate(CLASSES)], 200))
print(methods([c(1 << 70) for c in CLASSES], 5))

# Classes change under way.
for k, c in enumerate(CLASSES):
    if k % 3 == 0:
        c.value = lambda self, x: x
    if k % 3 == 1:
        objects[k].value = lambda x: 2
print(methods(objects, 300))

seen = []
each([seen.append, lambda x: seen.append(x + 1), print] * 4, 3)
for i in range(200):
    each([seen.append, lambda x: seen.append(x + 1), abs, str, lambda x: None, lambda x: x] * 2, i)
print(len(seen), sum(seen))

try:
    methods(objects + [object()], 1)
except AttributeError as e:
    print(e)
try:
    methods(objects + [None, Generating()], 1)
except (AttributeError, TypeError) as e:
    print(e)


def deep(o, n):
    return o.down(n - 1) if n else 0


class A:
    def down(self, n):
        return deep(B(), n) + 1 if n > 0 else 0


class B:
    def down(self, n):
        return deep(A(), n) + 2 if n > 0 else 0


print(deep(A(), 50))
try:
    deep(A(), 100_000)
except RecursionError:
    print("too deep")
