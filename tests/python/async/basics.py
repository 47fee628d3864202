# Coroutines run by hand.
class Future:
    def __init__(self, name): self.name = name
    def __await__(self):
        value = yield self.name
        return value


async def inner(x):
    v = await Future(f"f{x}")
    return v * 2


async def main():
    a = await inner(1)
    b = await inner(2)
    return a + b


c = main()
print(type(c).__name__, c.__name__, c.send(None), c.send(10))
try:
    c.send(20)
except StopIteration as e:
    print("result", e.value)
try:
    c.send(None)
except RuntimeError as e:
    print(e)
async def fails():
    try:
        await Future("x")
    except ValueError as e:
        return f"caught {e}"
    finally:
        print("finally")
c = fails()
c.send(None)
try:
    c.throw(ValueError("v"))
except StopIteration as e:
    print(e.value)
c = fails()
c.send(None)
c.close()
def run(coro):
    try:
        while True: coro.send(None)
    except StopIteration as e:
        return e.value
async def none(): pass
async def seven(): return 7
async def chain():
    total = 0
    for i in range(5): total += await seven()
    return total, await none()
print(run(chain()))
async def bad(): await 5
try:
    run(bad())
except TypeError as e:
    print(e)
class BadAwait:
    def __await__(self): return 5
async def bad2(): await BadAwait()
try:
    run(bad2())
except TypeError as e:
    print(e)
async def comp(): return [await seven() for _ in range(3)], {await seven(): i async for i in agen()}, [x async for x in agen() if x]
async def agen():
    for i in range(3): yield i
print(run(comp()))
print((lambda: 0).__code__.co_flags & 0x80, main.__code__.co_flags & 0x80, agen.__code__.co_flags & 0x200)
m = main()
try:
    for x in m: pass
except TypeError as e:
    print(e)
m.close()
