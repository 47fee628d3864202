"""Generators and coroutines that end, or do not, in compiled code: what is cleaned up, what is reported."""

import gc
import sys
import warnings

closed = []


class Switch:
    def __await__(self):
        return (yield self)


async def inner(x):
    try:
        if x % 3 == 0:
            await Switch()
        return x
    finally:
        closed.append(x)


async def plain(x):
    return x + 1


async def outer(n):
    total = 0
    for i in range(n):
        total += await inner(i) + await plain(i)
    return total


def drive(task):
    switches = 0
    while True:
        try:
            task.send(None)
        except StopIteration as e:
            return switches, e.value
        switches += 1


def guarded(x):
    try:
        yield x
        yield x + 1
    finally:
        closed.append(-x)


def to_the_end(n):
    total = 0
    for i in range(n):
        for y in guarded(i):
            total += y
    return total


def to_the_middle(n):
    for i in range(n):
        g = guarded(i)
        next(g)
        g.close()
    return len(closed)


def dropped(n):
    for i in range(n):
        g = guarded(i)
        next(g)
    del g


def never_begun(n):
    for i in range(n):
        guarded(i)


print(drive(outer(5000)), len(closed), sum(closed))
closed.clear()
print(to_the_end(4000), len(closed), sum(closed))
closed.clear()
print(to_the_middle(4000), sum(closed))
closed.clear()
never_begun(3000)
gc.collect()
print(closed)


def check_dropped():
    dropped(3000)


check_dropped()
sys.stdout.write("")
for _ in range(3):
    gc.collect()
print(len(closed) >= 2900, all(x <= 0 for x in closed), len(closed) == len(set(closed)))


def unawaited(n):
    for i in range(n):
        plain(i)


with warnings.catch_warnings(record=True) as seen:
    warnings.simplefilter("always")
    unawaited(2500)
    for _ in range(3):
        gc.collect()
print(len(seen) >= 2400, {str(w.message) for w in seen})
