# Classes of different native modules in one program.
import hashlib

print(hashlib.shake_128(b"x").hexdigest(4), hashlib.shake_256(b"x").hexdigest(4))
import asyncio


async def main():
    future = asyncio.get_running_loop().create_future()
    future.set_result(hashlib.shake_128(b"y").hexdigest(4))
    return await asyncio.gather(future, asyncio.sleep(0, "slept"))


print(asyncio.run(main()))
