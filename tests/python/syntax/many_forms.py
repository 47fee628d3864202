# Asynchronous comprehensions and loops, delegation, patterns, displays, formats: many forms of each statement.
class A:
    def __init__(self, v): self.v = v
    def __await__(self):
        r = yield self.v
        return self.v * 10
async def ag(n):
    for i in range(n):
        x = yield i
        if x: print("sent", x)
        await A(i)
def run(c):
    out = []
    try:
        v = c.send(None)
        while True:
            out.append(v); v = c.send(len(out))
    except StopIteration as e:
        return out, e.value
async def t1(): return [x async for x in ag(3)]
async def t2(): return {x: await A(x) async for x in ag(4) if x % 2}
async def t3(): return [[y async for y in ag(x)] for x in range(3)]
async def t4(): return [y for x in range(2) for y in [await A(x), await A(x + 1)]]
async def t5(): return {await A(x) for x in (1, 2) if await A(x) > 10}
async def t6():
    g = (await A(x) async for x in ag(3))
    return [x async for x in g]
async def t7():
    async for x in ag(3):
        if x == 1: continue
        print("x", x)
    else: print("else")
    async for x in ag(3):
        if x == 1: break
    return x
async def t8():
    try:
        async for x in ag(2): raise ValueError(x)
    except ValueError as e: return e.args
async def t9():
    return [(lambda: x)() async for x in ag(3)], [(x, y) async for x in ag(2) async for y in ag(x + 1) if y >= x]
async def t10():
    class C: z = [x for x in range(3)]
    return sum([x async for x in ag(3)]) + len(C.z), f"{await A(3)}", await A(1) + await A(2), (await A(5))
async def t11():
    g = ag(5)
    print(await g.asend(None), await g.asend("hi"))
    await g.aclose()
    try: await g.__anext__()
    except StopAsyncIteration: return "stop"
async def t12(a, *b, c=1, **d):
    async def inner(): return a, b, c, d, locals().keys() and 1
    return await inner()
for t in (t1, t2, t3, t4, t5, t6, t7, t8, t9, t10, t11): print(t.__name__, run(t()))
print(run(t12(1, 2, 3, c=4, e=5)))
def g():
    r = yield from (x for x in range(2))
    r = yield from inner()
    print("r", r)
    try: yield from inner2()
    except KeyError as e: print("caught", e)
    return 5
def inner():
    x = yield "a"
    print("got", x)
    return "ret"
def inner2():
    try: yield "b"
    except ValueError: print("inner ve"); yield "c"
    raise KeyError("k")
it = g()
print(next(it), next(it), next(it), it.send("v"), it.throw(ValueError))
try: next(it)
except StopIteration as e: print(e.value)
def gl():
    try:
        yield 1
    finally:
        print("closing")
x = gl(); next(x); x.close()
def bad():
    yield 1
    raise StopIteration
try: list(bad())
except RuntimeError as e: print(e, repr(e.__cause__))
def w():
    with open_cm() as (a, b), open_cm() as [c, *d]: yield a + b + c, d
class open_cm:
    def __enter__(self): return (1, 2)
    def __exit__(self, *a): print("exit", a[0])
it = w(); print(next(it)); it.close()
match {"k": [1, {"z": (2, 3)}], "m": 1}:
    case {"k": [a, {"z": (b, c)}], **rest}: print(a, b, c, rest)
def mt(x):
    match x:
        case 0 | 1 | 2 as n if n > 0: return "small", n
        case [] | (): return "empty"
        case [1, 2, *_, 9]: return "ends"
        case [a, b] if a == b: return "eq"
        case [[a, b], [c, *d]]: return a, b, c, d
        case {"t": "x", "v": [*vs]}: return vs
        case {"t": t}: return t
        case int(real=r) | float(real=r): return "num", r
        case str() | bytes(): return "text"
        case -1.5 | 2j: return "?"
        case None | True | False: return "const"
        case complex(): return "c"
        case _: return "other"
for v in (0, 1, 2, [], (), [1, 2, 5, 9], [3, 3], [[1, 2], [3, 4, 5]], {"t": "x", "v": (1, 2)}, {"t": 5}, 7, 7.5, "s", None, object, {"q": 1}): print(mt(v))
print([*range(3), *"ab"], {**{"a": 1}, "b": 2, **{"a": 3}}, {*"aa", 1} == {"a", 1}, (*[1], 2, *[3]))
a, (b, *c), d = 1, (2, 3, 4), 5
print(a, b, c, d)
print(1 < 2 < 3 > 2 != 1, not 1 < 2 > 3, (x := 5) + x, [y := 1, y ** 2], 3 if x > 4 else 2)
print("%s-%r|%5s|%-5s|%.2s|%%" % ("a", "b", "c", "d", "efg"), f"{x!r:>5}|{x:{x}}|{{}}", f"{'a' 'b'}")
d = {}; d["a"], d["b"] = 1, 2; d["a"] += 5; print(d, -2 ** 2, 7 // -2, -7 % 3, 1 << 70, ~5, +True)
def outer():
    v = 1
    def inc():
        nonlocal v
        v += 1
        return v
    return inc
i = outer(); print(i(), i())
del a, (b, c)
try: a
except NameError as e: print(e)
print((lambda *a, k=1, **kw: (a, k, kw))(1, 2, k=3, z=4), (lambda a, /, b: (a, b))(1, b=2))
