"""Coroutines under a scheduler of our own: async def, await, async for."""

SIZE = 220_000
SMALL = 30


class Switch:
    """Awaiting this hands control back to the scheduler."""

    def __await__(self):
        return (yield self)


class Channel:
    def __init__(self, capacity):
        self.items = []
        self.capacity = capacity
        self.closed = False

    async def put(self, item):
        while len(self.items) >= self.capacity:
            await Switch()
        self.items.append(item)

    def __aiter__(self):
        return self

    async def __anext__(self):
        while not self.items:
            if self.closed:
                raise StopAsyncIteration
            await Switch()
        return self.items.pop(0)


async def produce(channel, n):
    for i in range(n):
        await channel.put(i)
    channel.closed = True


async def relay(source, target):
    async for item in source:
        await target.put(item * 3 % 101)
    target.closed = True


async def consume(channel, results):
    total = 0
    async for item in channel:
        total += await double(item)
    results.append(total)


async def double(x):
    return x + x


def run_all(tasks):
    switches = 0
    while tasks:
        waiting = []
        for task in tasks:
            try:
                task.send(None)
                switches += 1
                waiting.append(task)
            except StopIteration:
                pass
        tasks = waiting
    return switches


def run(n):
    first, second, results = Channel(4), Channel(2), []
    switches = run_all([produce(first, n), relay(first, second), consume(second, results)])
    return f"{results[0]} {switches}"


if __name__ == "__main__":
    import sys

    n = int(sys.argv[1]) if len(sys.argv) > 1 else SIZE
    print("coroutines", n, run(n))
