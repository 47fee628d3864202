# A tiny round-robin event loop.
class Yield:
    def __await__(self): yield
log = []
async def worker(name, n):
    for i in range(n):
        log.append(f"{name}{i}")
        await Yield()
    return name
async def parent():
    tasks = [worker("x", 2), worker("y", 1)]
    results = []
    for t in tasks: results.append(await t)
    return results
def loop(*coros):
    queue, results = list(coros), {}
    while queue:
        c = queue.pop(0)
        try:
            c.send(None)
        except StopIteration as e:
            results[c.__name__, len(results)] = e.value
        else:
            queue.append(c)
    return results
print(loop(worker("a", 2), worker("b", 3), parent()))
print(log)
async def deep(n):
    if n == 0:
        await Yield()
        return 0
    return 1 + await deep(n - 1)
print(loop(deep(50)))
async def hot():
    total = 0
    for i in range(3000):
        total += await value(i)
    return total
async def value(i): return i
print(loop(hot()))
