"""asyncio: streams over the loopback, several clients of an echo server."""

import asyncio

SIZE = 400
SMALL = 3
CLIENTS = 8


async def echo(reader, writer):
    while line := await reader.readline():
        writer.write(line.upper())
        await writer.drain()
    writer.close()
    await writer.wait_closed()


async def client(port, n, name):
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    total = 0
    for i in range(n):
        writer.write(b"%d hello %d\n" % (name, i))
        await writer.drain()
        total += len(await reader.readline())
    writer.close()
    await writer.wait_closed()
    return total


async def main(n):
    server = await asyncio.start_server(echo, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with server:
        totals = await asyncio.gather(*(client(port, n, name) for name in range(CLIENTS)))
    return f"{sum(totals)}"


def run(n):
    return asyncio.run(main(n))


if __name__ == "__main__":
    import sys

    n = int(sys.argv[1]) if len(sys.argv) > 1 else SIZE
    print("lib_streams", n, run(n))
