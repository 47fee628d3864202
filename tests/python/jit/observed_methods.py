"""Special methods and consumers of generators while somebody watches."""

import gc
import sys


class Number:
    def __init__(self, n):
        self.n = n

    def __add__(self, other):
        return Number(self.n + other)

    def __lt__(self, other):
        raise ValueError("not ordered")

    def __bool__(self):
        return self.n > 2


def work():
    x = Number(1)
    x = x + 1
    try:
        x < x
    except ValueError:
        pass
    if x:
        pass
    return sum(i for i in range(2)), max(i for i in (0, 1))


seen = []


def watch(frame, event, arg):
    name = frame.f_code.co_name
    if event.startswith("c_"):
        seen.append((event, arg.__name__))
    else:
        seen.append((event, name))


def trace(frame, event, arg):
    if event in ("call", "return", "exception"):
        seen.append((event, frame.f_code.co_name))
    return trace


# What dies later must not be seen dying.
gc.collect()
sys.setprofile(watch)
work()
sys.setprofile(None)
print(seen)
seen.clear()
sys.settrace(trace)
work()
sys.settrace(None)
print(seen)
