# The frame that handles an exception is the one its traceback tells.
import sys


def fails():
    1 / 0


def handles():
    x = 1
    try:
        fails()
    except ZeroDivisionError as e:
        tb = e.__traceback__
        frame = tb.tb_frame
        print(frame is sys._getframe(), frame.f_back.f_code.co_name, tb.tb_lineno - frame.f_code.co_firstlineno)
        x = 2
        print(frame.f_locals["x"], frame.f_lineno - frame.f_code.co_firstlineno)
        try:
            frame.clear()
        except RuntimeError as second:
            print(second, second.__traceback__.tb_frame is frame)
        inner = tb.tb_next.tb_frame
        print(inner.f_code.co_name, inner is not frame)
        inner.clear()
        return e


for _ in range(3):
    kept = handles()
frame = kept.__traceback__.tb_frame
print(frame.f_code.co_name)
frame.clear()
print(sorted(frame.f_locals))


def generator():
    try:
        fails()
    except ZeroDivisionError as e:
        yield e.__traceback__.tb_frame is sys._getframe()
        yield e.__traceback__.tb_frame.f_lineno


g = generator()
print(next(g), next(g) == g.gi_frame.f_lineno)


def resumed():
    frame = sys._getframe()
    first = frame.f_code.co_firstlineno
    yield frame.f_lineno - first
    yield frame.f_lineno - first
    try:
        frame.clear()
    except RuntimeError as e:
        yield e


print(list(resumed()))


def cleans():
    try:
        fails()
    finally:
        print("cleaned")


def lines():
    try:
        cleans()
    except ZeroDivisionError as e:
        tb, found = e.__traceback__, []
        while tb:
            found.append((tb.tb_frame.f_code.co_name, tb.tb_lineno is None, tb.tb_frame.f_lineno is None))
            tb = tb.tb_next
        print(found)


lines()


# Classes and properties of odd kinds.
def attempt(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)


class Entries:
    def __mro_entries__(self, bases):
        return ()


class NoItems(tuple):
    __class_getitem__ = None


class Slotted(property):
    __slots__ = ()


class WithDoc(property):
    __slots__ = ("__doc__",)


def documented(self):
    """doc"""


attempt(lambda: type("C", (Entries(),), {}))
attempt(lambda: NoItems[int])
attempt(lambda: Slotted(doc="x").__doc__)
attempt(lambda: Slotted(documented))
attempt(lambda: WithDoc(documented).__doc__)
attempt(lambda: WithDoc(doc="x").__doc__)
attempt(lambda: setattr(Entries, "__name__", "a\udcdc"))
