import asyncio, sys
async def f(n): await asyncio.sleep(n/100); return n
async def main():
    print(await asyncio.gather(f(3), f(1), f(2)))
    async with asyncio.TaskGroup() as tg: a = tg.create_task(f(1)); b = tg.create_task(f(2))
    print(a.result(), b.result())
    try: await asyncio.wait_for(asyncio.sleep(5), 0.02)
    except TimeoutError as e: print('timeout')
    q = asyncio.Queue()
    async def prod():
        for i in range(3): await q.put(i)
        await q.put(None)
    t = asyncio.create_task(prod()); out = []
    while (x := await q.get()) is not None: out.append(x)
    print(out)
    p = await asyncio.create_subprocess_exec('cat', stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE)
    print(await p.communicate(b'sub'), p.returncode)
    async def h(r, w):
        w.write((await r.readline()).upper()); await w.drain(); w.close()
    s = await asyncio.start_server(h, '127.0.0.1', 0); port = s.sockets[0].getsockname()[1]
    r, w = await asyncio.open_connection('127.0.0.1', port); w.write(b'hello\n'); print(await r.read()); w.close(); s.close()
    print(await asyncio.to_thread(lambda: 42), await asyncio.get_running_loop().run_in_executor(None, pow, 2, 5))
    t = asyncio.create_task(asyncio.sleep(10)); await asyncio.sleep(0); t.cancel()
    try: await t
    except asyncio.CancelledError: print('cancelled')
    try:
        async with asyncio.TaskGroup() as tg: tg.create_task(bad())
    except* ValueError as eg: print(eg.exceptions)
    async with asyncio.timeout(1): await asyncio.sleep(0)
    lock = asyncio.Lock(); ev = asyncio.Event()
    async def waiter(): await ev.wait(); return 'ev'
    t = asyncio.create_task(waiter()); ev.set(); print(await t)
async def bad(): raise ValueError('x')
asyncio.run(main())
