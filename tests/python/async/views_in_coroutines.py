"""A buffer that is resized while views of it that nobody has any more are not collected yet."""


class Step:
    def __await__(self):
        yield


async def read(buffer, n):
    await Step()
    data = bytes(memoryview(buffer)[:n])
    del buffer[:n]
    return data


async def through(buffer, n):
    return await read(buffer, n)


async def chunks(buffer):
    while buffer:
        yield await through(buffer, 3)


async def main():
    buffer = bytearray(b"abcdefgh")
    print([c async for c in chunks(buffer)])


def generator(buffer):
    while buffer:
        data = bytes(memoryview(buffer)[:2])
        del buffer[:2]
        yield data


coroutine = main()
try:
    while True:
        coroutine.send(None)
except StopIteration:
    print("done")
print(list(generator(bytearray(b"123456"))), [x for x in generator(bytearray(b"78"))])
