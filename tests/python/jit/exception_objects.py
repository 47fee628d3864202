"""Exceptions that are made, raised and caught in hot loops; identity of plain objects."""

import traceback


class Rejected(Exception):
    def __init__(self, reason, *more, code=5):
        super().__init__(reason, len(more))
        self.reason = reason
        self.code = code


class Quiet(ValueError):
    def __init__(self, reason):
        self.reason = reason


class Plain(LookupError):
    pass


class Odd(Exception):
    def __new__(cls, *args):
        e = super().__new__(cls, *args)
        e.made = len(args)
        return e


class Mute(Exception):
    def __init__(self, reason):
        raise TypeError("cannot be made")


def check(i):
    if i % 7 == 0:
        raise Rejected(i, 1, 2)
    if i % 7 == 1:
        raise Rejected(reason=i, code=i % 3)
    if i % 7 == 2:
        raise Quiet(i)
    if i % 7 == 3:
        raise Plain("plain", i)
    if i % 7 == 4:
        raise Plain
    if i % 7 == 5:
        raise Odd(i, i)
    return i


def caught(n):
    total, names = 0, set()
    for i in range(n):
        try:
            total += check(i)
        except Rejected as e:
            total += e.reason + e.code + len(e.args) + e.args[1]
        except Quiet as e:
            total += e.args[0] + e.reason
        except Plain as e:
            total += len(e.args)
            names.add(str(e)[:8])
        except Odd as e:
            total += e.made + e.args[0]
    return total, sorted(names)


def kept(n):
    """Exceptions outlive the loop."""
    out = []
    for i in range(n):
        try:
            try:
                check(i)
            except Plain as e:
                raise RuntimeError("wrapped", i) from e
        except Exception as e:
            out.append(e)
    last = out[-3:]
    lines = [[f.lineno > 0 and f.name for f in traceback.extract_tb(e.__traceback__)] for e in last]
    return [repr(e) for e in last], lines, [repr(e.__cause__) for e in last], [repr(e.__context__) for e in last]


def unmade(n):
    count = 0
    for i in range(n):
        try:
            raise Mute(i)
        except TypeError as e:
            count += str(e) == "cannot be made"
    return count


def made_only(n):
    e = None
    for i in range(n):
        e = ValueError(i, "x")
        e.add_note("note")
    return e.args, e.__notes__, repr(e)


class Node:
    def __init__(self, next):
        self.next = next


def identity(n):
    a, b = Node(None), Node(None)
    counts = [0, 0, 0, 0]
    for i in range(n):
        x = a if i % 3 else b
        counts[0] += x == a
        counts[1] += x != a
        counts[2] += x == None
        counts[3] += x.next == None
    Node.__eq__ = lambda self, other: True
    for i in range(n):
        counts[0] += a == b
    return counts


def spread(n):
    def f(a, b=2, *rest):
        return a + b + len(rest)

    def g(x, y, z):
        return x * y - z

    total = 0
    args = (1, 2, 3)
    for i in range(n):
        total += f(i) + f(i, 1) + f(i, 1, 2, 3) + g(*args) + f(*args) + f(*[i]) + f(*args, **{})
        args = (i, 2, args[0])
    try:
        g(*(1, 2))
    except TypeError as e:
        return total, str(e)


class Adder:
    def __init__(self, n):
        self.n = n

    def __call__(self, x, y=1):
        return self.n + x * y


def called(n):
    add = Adder(3)
    total = 0
    for i in range(n):
        total += add(i) + add(i, 2) + add(x=i, y=3)
    return total


print(caught(4000))
print(kept(4000))
print(unmade(2000))
print(made_only(2000))
print(identity(2000))
print(spread(2000))
print(called(2000))
