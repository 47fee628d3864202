"""sys.settrace: events of calls, lines, exceptions, generators, and what trace functions may do."""
import sys

events = []


def show(title):
    print(title)
    for e in events:
        print("  ", *e)
    events.clear()


def trace(frame, what, arg):
    if what == "exception":
        arg = arg[0].__name__
    events.append((frame.f_code.co_name, frame.f_lineno - frame.f_code.co_firstlineno, what, arg))
    return trace


def traced(f, *args):
    sys.settrace(trace)
    try:
        f(*args)
    except ZeroDivisionError as e:
        sys.settrace(None)
        events.append(("raised", str(e)))
    finally:
        sys.settrace(None)


def loop(n):
    total = 0
    for i in range(n):
        total += i
    else:
        total += 10
    return total


def count(n):
    while n:
        n -= 1


def handled():
    try:
        1 / 0
    except ZeroDivisionError:
        x = 1
    finally:
        y = 2
    return y


def inner():
    return 1 / 0


def outer():
    a = 1
    inner()
    return a


def gen():
    x = yield 1
    y = yield 2


def drive():
    for v in gen():
        pass


for f in (lambda: loop(2)), (lambda: count(2)), handled, outer, drive:
    traced(f)
    show(f.__name__)

# Without a local function only calls are told.
def calls_only(frame, what, arg):
    events.append((frame.f_code.co_name, what))


sys.settrace(calls_only)
loop(3)
count(2)
sys.settrace(None)
show("calls only")


# A trace function that raises ends the tracing.
def failing(frame, what, arg):
    if what == "line":
        raise ValueError("from the trace function")
    return failing


sys.settrace(failing)
try:
    count(1)
except ValueError as e:
    print(e, sys.gettrace())


# f_trace of a frame that runs, f_trace_lines, f_trace_opcodes.
def local():
    frame = sys._getframe()
    frame.f_trace = trace
    sys.settrace(trace)
    a = 1
    frame.f_trace_lines = False
    b = 2
    sys.settrace(None)
    return a + b


local()
show("local")

# Hot code is left when tracing begins, and enters compiled code again afterwards.
def hot(n, at):
    total = 0
    for i in range(n):
        total += step(i)
        if i == at:
            sys.settrace(calls_only)
        elif i == at + 2:
            sys.settrace(None)
    return total


def step(i):
    return i & 3


print(hot(20000, 15000), events)
events.clear()
print(hot(20000, 30000), events)


# Frame objects are the same while their activation lives.
def same():
    frames = [sys._getframe(), sys._getframe()]

    def nested():
        return sys._getframe(1)

    frames.append(nested())
    return all(f is frames[0] for f in frames)


print(same(), same())


def writes():
    x = 1
    d = sys._getframe().f_locals
    d["x"] = 5
    d["other"] = 7
    return x, d["other"], sorted(d), "x" in d


print(writes())
