# Generators: laziness, state, return values.
def count(n):
    print("start")
    i = 0
    while i < n:
        yield i
        i += 1
    print("end")
    return "result"


g = count(2)
print(type(g).__name__, g.__name__, iter(g) is g)
print(next(g), next(g))
try:
    next(g)
except StopIteration as e:
    print(e.value)
try:
    next(g)
except StopIteration as e:
    print(e.value)
print(next(g, "default"), list(count(3)))
def empty():
    return
    yield
print(list(empty()))
def multi():
    x = yield
    y = yield x
    print("got", x, y)
    yield x, y
g = multi()
print(next(g), g.send(1), g.send(2))
def fib():
    a, b = 0, 1
    while True:
        yield a
        a, b = b, a + b
import itertools
print(list(itertools.islice(fib(), 15)))
g = fib()
print([next(g) for _ in range(5)], [x for x, _ in zip(g, range(5))])
try:
    multi().send("early")
except TypeError as e:
    print(e)
def selfish():
    global sg
    try:
        next(sg)
    except ValueError as e:
        print(e)
    yield 1
sg = selfish()
next(sg)
def raises():
    yield 1
    raise KeyError("inside")
g = raises()
next(g)
try:
    next(g)
except KeyError as e:
    print(repr(e))
print(list(g))
def stop():
    yield 1
    raise StopIteration("not allowed")
try:
    list(stop())
except RuntimeError as e:
    print(e, repr(e.__cause__))
print(sum(x for x in range(5)), max(x * x for x in range(-3, 3)), dict((x, x * 2) for x in "ab"), *(i for i in range(3)))
args = lambda *a, **k: (yield (a, k))
print(next(args(1, k=2)))
g = (x for x in [1, 2])
print(g.gi_running, g.gi_frame is not None, g.gi_code.co_name, g.gi_yieldfrom)
list(g)
print(g.gi_frame)
