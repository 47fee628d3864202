"""Values of lambdas that are generators, odd exceptions thrown in, closing twice."""
import types
import warnings


def f():
    x = yield 1
    return x


for make in f, lambda: (yield 1), lambda: (yield from f()):
    g = make()
    next(g)
    try:
        g.send(2)
    except StopIteration as e:
        print(e.value)


class Odd(Exception):
    def __new__(cls, *args):
        return cls


def plain():
    yield


g = plain()
try:
    g.throw(Odd)
except TypeError as e:
    print(str(e).split("Odd'> ")[1])
print(list(g))


def catching():
    try:
        yield
    except TypeError:
        yield "caught"


g = catching()
next(g)
print(g.throw(Odd))

with warnings.catch_warnings(record=True) as seen:
    warnings.simplefilter("always")
    try:
        plain().throw(ValueError, ValueError(1), None)
    except ValueError:
        pass
    print([str(w.message) for w in seen])


async def numbers():
    yield 1
    yield 2


def run(coroutine):
    try:
        while True:
            coroutine.send(None)
    except StopIteration as e:
        return e.value


async def twice():
    it = numbers()
    it.__name__ = "renamed"
    print(it.__name__, it.__qualname__)
    await it.aclose()
    await it.aclose()
    it = numbers()
    print([x async for x in it])
    await it.aclose()
    return "closed"


print(run(twice()))


class Broken:
    def __iter__(self):
        return self

    def __next__(self):
        return 1

    def __getattr__(self, name):
        1 / 0


def delegating():
    yield from Broken()


g = delegating()
next(g)
try:
    g.send(1)
except ZeroDivisionError as e:
    print(e)

# A function made of module code runs in its globals.
space = {}
types.FunctionType(compile("a = 1\nb = a + 1", "<c>", "exec"), space)()
print(space["a"], space["b"])
