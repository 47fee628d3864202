# `async for` over what is no coroutine: futures, objects with `__await__`.
import asyncio
class Q:
    n=0
    def __aiter__(self): return self
    def __anext__(self):
        self.n+=1
        f=asyncio.get_running_loop().create_future()
        if self.n>3: raise StopAsyncIteration
        f.set_result(self.n)
        return f
async def main():
    async for x in Q(): print(x)
asyncio.run(main())
class Aw:
    def __init__(self,v): self.v=v
    def __await__(self):
        yield
        return self.v
class It:
    def __init__(self): self.n=0
    def __aiter__(self): return self
    async def wait(self): await asyncio.sleep(0)
    def __anext__(self):
        self.n+=1
        if self.n>5: raise StopAsyncIteration
        kinds = [
            lambda: Aw(self.n),
            self.co,
            lambda: asyncio.ensure_future(self.co()),
            lambda: 3,
            lambda: Aw(1),
        ]
        return kinds[self.n % 5 if self.n != 3 or self.bad else 1]()
    bad=False
    async def co(self):
        await asyncio.sleep(0)
        return self.n*10
async def more():
    async for x in It(): print(x)
    it=It(); it.bad=True
    try:
        async for x in it: print(x)
    except TypeError as e: print(e)
    print(1, await anext(Q(), None))
asyncio.run(more())
