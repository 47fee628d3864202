# What a generator keeps while it stands: only what it may still need.


class Thing:
    def __init__(self, name):
        self.name = name


def join(*items):
    return [x.name if isinstance(x, Thing) else x for x in items]


def inner(n):
    # Leaves objects of its own behind on the stack.
    things = [Thing(i) for i in range(n)]
    return join(*things, Thing("last"))


def in_a_call():
    # The yield stands where the frame of the call is being made.
    while True:
        inner(3)
        inner(2), inner(inner(1)[0] + 2)
        got = join(Thing("a"), (yield 1), join((yield 2), Thing("b")), key_of((yield 3), k=(yield 4)))
        yield got


def key_of(x, *, k):
    return (x, k)


def under_handlers():
    items = []
    try:
        yield items
    except ValueError as e:
        if hasattr(e, "nothing"):
            items.append(e.nothing)
        for x in items:
            try:
                if x and inner(1):
                    pass
            except OSError:
                pass
        raise


def made_on_top(n, make, results):
    inner(6)
    join(1, 2, join(3, 4, 5, join(6, 7, 8)))
    g = make()
    results.append(next(g))
    return g


for round in range(30):
    results = []
    kept = [made_on_top(i, f, results) for i in range(3) for f in (in_a_call, under_handlers)]
    inner(5)
    for g in kept[::2]:
        for v in "xyz":
            results.append(g.send(v))
        results.append(g.send("w"))
        results.append(next(g))
    for g in kept[1::2]:
        try:
            g.throw(ValueError("v"))
        except ValueError as e:
            results.append(str(e))
print(results)


async def answer(x):
    inner(2)
    return x


async def awaits_in_a_call():
    inner(4)
    return join(await answer(1), Thing(2), await answer(Thing(3)), *[await answer(i) for i in range(2)])


c = awaits_in_a_call()
try:
    c.send(None)
except StopIteration as e:
    print(e.value)
