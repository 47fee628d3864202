"""Setting f_lineno from a trace function."""
import sys
import warnings

warnings.simplefilter('always')
warnings.showwarning = lambda message, *rest: print('  warning:', message)


def jump(function, start, to, event='line'):
    first = function.__code__.co_firstlineno
    done = []

    def trace(frame, kind, arg):
        if frame.f_code is not function.__code__:
            return None
        if kind == event and frame.f_lineno - first == start and not done:
            done.append(1)
            frame.f_lineno = first + to if isinstance(to, int) else to
            print('  now', frame.f_lineno - first)
        return trace

    print(function.__name__, start, to, event)
    out = []
    sys.settrace(trace)
    try:
        result = function(out)
    except Exception as e:
        result = f'{type(e).__name__}: {e}'
    finally:
        sys.settrace(None)
    print(' ', out, result)


class Context:
    def __init__(self, out, name):
        self.out, self.name = out, name

    def __enter__(self):
        self.out.append(self.name)

    def __exit__(self, *details):
        self.out.append(-self.name)


def plain(out):
    out.append(1)
    out.append(2)
    out.append(3)
    return len(out)


def loops(out):
    out.append(1)
    for i in 2, 3:
        out.append(i)
        for j in 4, 5:
            out.append(j)
    out.append(6)
    while len(out) < 9:
        out.append(8)
    else:
        out.append(10)


def contexts(out):
    with Context(out, 1):
        out.append(2)
    with Context(out, 3):
        out.append(4)
    out.append(5)


def handlers(out):
    try:
        out.append(2)
        1 / 0
    except ZeroDivisionError as e:
        out.append(5)
        out.append(str(sys.exception()))
    finally:
        out.append(8)
    out.append(sys.exception())
    try:
        1 / 0
    except ZeroDivisionError:
        out.append(13)
    return repr(sys.exception())


def unbound(out):
    x = 1
    y = 2
    return x, y


def generator(out):
    def inner():
        out.append(2)
        yield 3
    return list(inner())


jump(plain, 1, 3)
jump(plain, 3, 1)
jump(plain, 2, 2)
jump(plain, 4, 1)
for bad in -5, 100, 'x', 2.0, True, 1 << 40:
    jump(plain, 1, bad)
for event in 'call', 'return', 'exception':
    jump(plain, 0 if event == 'call' else 4, 1, event)
for start, to in (1, 6), (1, 3), (3, 6), (5, 3), (5, 1), (4, 7), (6, 2), (6, 8), (8, 10), (10, 8), (5, 8):
    jump(loops, start, to)
for start, to in (2, 4), (2, 5), (1, 2), (4, 2), (5, 1):
    jump(contexts, start, to)
for start, to in (1, 3), (2, 5), (5, 8), (6, 9), (9, 5), (5, 14), (6, 13), (13, 6), (2, 14), (13, 14), (14, 2):
    jump(handlers, start, to)
jump(unbound, 1, 3)
jump(unbound, 1, 2)
try:
    sys._getframe().f_lineno = 1
except ValueError as e:
    print(e)
try:
    del sys._getframe().f_lineno
except AttributeError as e:
    print(e)
