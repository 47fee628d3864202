"""Compiled code is entered just after a callee has gone: a collection in it must not take
the callee's window for a frame."""


class Point:
    def __init__(self, x, y):
        self.x = x
        self.y = y

    def __eq__(self, other):
        return isinstance(other, Point) and self.x == other.x

    def norm(self, k=1):
        return self.x * 3 + k


def steps(n, step):
    for i in range(n):
        got = yield i * step
        if got is not None:
            step = got


def same(v):
    return v


def adder(k):
    def add(x):
        nonlocal k
        k += x
        return k

    return add


notes = {}


def note(name):
    notes[name] = notes.get(name, 0) + 1


def work(a):
    for i in steps(101, 2):
        try:
            a = same(adder(1 << 61)(Point(a, i).norm(sum(v for v in [1.5, 2] if v != i))))
        except Exception as error:
            note(type(error).__name__)
    for j in range(148):
        for k in range(4, 0, -1):
            j = same(j)
    return a


def main():
    for k in range(61):
        try:
            if work(None if k % 3 else k) == min(k**5 % 10007, missing(k, 0.0), 7):
                print("never")
        except Exception as error:
            note(type(error).__name__)
    print(sorted(notes.items()))


main()
