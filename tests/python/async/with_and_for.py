# async with, async for, async generators.
def run(coro):
    try:
        while True: coro.send(None)
    except StopIteration as e:
        return e.value
class CM:
    async def __aenter__(self):
        print("aenter")
        return "as"
    async def __aexit__(self, t, v, tb):
        print("aexit", t.__name__ if t else None)
        return t is ValueError
class It:
    def __init__(self, n): self.n = n
    def __aiter__(self): return self
    async def __anext__(self):
        if self.n == 0: raise StopAsyncIteration
        self.n -= 1
        return self.n
async def main():
    async with CM() as x:
        print(x)
    async with CM() as a, CM() as b:
        raise ValueError
    async for i in It(3):
        if i == 1: continue
        print(i)
    else:
        print("else")
    async for i in It(3):
        break
    else:
        print("never")
    try:
        async with CM():
            raise KeyError("k")
    except KeyError as e:
        print(repr(e))
    return [i async for i in It(2)], {i: i async for i in It(2)}, {i async for i in It(1)}
print(run(main()))
async def agen(n):
    try:
        for i in range(n):
            got = yield i
            if got: print("got", got)
    finally:
        print("agen finally")
async def drive():
    g = agen(3)
    print(type(g).__name__, await g.__anext__(), await g.asend("hi"), [x async for x in g])
    g = agen(5)
    await anext(g)
    await g.aclose()
    g = agen(5)
    await anext(g)
    try:
        await g.athrow(ValueError("thrown"))
    except ValueError as e:
        print(e)
    print(await anext(agen(0), "default"))
    try:
        await anext(agen(0))
    except StopAsyncIteration:
        print("StopAsyncIteration")
    return sum([x async for x in (i * 2 async for i in agen(4) if i)])
print(run(drive()))
async def wrong():
    for f in (5, []):
        try:
            async for x in f: pass
        except TypeError as e:
            print(e)
        try:
            async with f: pass
        except TypeError as e:
            print(e)
run(wrong())
