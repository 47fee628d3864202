"""asyncio: a tree of tasks, queues, gather, sleep(0)."""

import asyncio

SIZE = 13
SMALL = 3


async def tree(depth):
    if depth == 0:
        await asyncio.sleep(0)
        return 1
    left = asyncio.create_task(tree(depth - 1))
    right = asyncio.create_task(tree(depth - 1))
    return await left + await right


async def produce(queue, n):
    for i in range(n):
        await queue.put(i)
    await queue.put(None)


async def consume(queue):
    total = 0
    while (item := await queue.get()) is not None:
        total += item
    return total


async def main(n):
    leaves = await tree(n)
    queue = asyncio.Queue(10)
    _, total = await asyncio.gather(produce(queue, 500 * n), consume(queue))
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(tree(2)) for _ in range(50 * n)]
    return f"{leaves} {total} {sum(task.result() for task in tasks)}"


def run(n):
    return asyncio.run(main(n))


if __name__ == "__main__":
    import sys

    n = int(sys.argv[1]) if len(sys.argv) > 1 else SIZE
    print("lib_tasks", n, run(n))
