"""A long run: many asyncio connections and threads at once, errors counted, memory watched.

    pyjit --gc-stress 20000 benches/soak.py [--seconds 60] [--connections 200] [--threads 8]

Each connection sends numbered requests to a server in the same event loop and checks
the answers; now and then it is closed and opened again. Each thread computes, with
strings, dicts, exceptions, locks and a queue. The memory of the process is read twelve
times; what it has grown by from the first third's highest to the last third's must stay
below a limit. Prints one line of JSON; exits with 1 if anything went wrong.
"""

import argparse
import asyncio
import gc
import hashlib
import json
import queue
import re
import sys
import threading
import time
import traceback

errors = []
counts = {"requests": 0, "reconnects": 0, "rounds": 0}
counting = threading.Lock()


def note(name, n=1):
    with counting:
        counts[name] += n


def failed():
    errors.append(traceback.format_exc(limit=4))


# ---- connections


def answer(request):
    fields = dict(part.split("=") for part in request.split("&"))
    total = sum(int(v) for k, v in fields.items() if k.startswith("n"))
    return {"id": fields["id"], "total": total, "text": request[::-1]}


async def serve(reader, writer):
    try:
        while line := await reader.readline():
            reply = json.dumps(answer(line.decode().strip()))
            writer.write(f"{len(reply)}\n{reply}".encode())
            await writer.drain()
    except ConnectionError:
        pass
    finally:
        writer.close()


async def one_connection(port, me, end):
    n = 0
    while time.monotonic() < end:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        try:
            for _ in range(50):
                if time.monotonic() >= end:
                    break
                numbers = [me, n, n * n]
                parts = [f"id={me}-{n}", *(f"n{i}={x}" for i, x in enumerate(numbers))]
                request = "&".join(parts)
                writer.write(request.encode() + b"\n")
                await writer.drain()
                size = int(await asyncio.wait_for(reader.readline(), 60))
                reply = json.loads(await reader.readexactly(size))
                wanted = {"id": f"{me}-{n}", "total": sum(numbers), "text": request[::-1]}
                if reply != wanted:
                    raise AssertionError(f"{reply} is not {wanted}")
                n += 1
                note("requests")
                await asyncio.sleep(0.001 * (me % 7))
        finally:
            writer.close()
            await writer.wait_closed()
        note("reconnects")


async def connections(count, end):
    server = await asyncio.start_server(serve, "127.0.0.1", 0, backlog=2 * count)
    port = server.sockets[0].getsockname()[1]
    tasks = [asyncio.create_task(one_connection(port, i, end)) for i in range(count)]
    for r in await asyncio.gather(*tasks, return_exceptions=True):
        if r is not None:
            errors.append(repr(r))
    server.close()
    await server.wait_closed()


# ---- threads


class Point:
    __slots__ = ("x", "y")

    def __init__(self, x, y):
        self.x = x
        self.y = y

    def __add__(self, other):
        return Point(self.x + other.x, self.y + other.y)


def one_round(me, i):
    words = [f"w{(i * k) % 97}" for k in range(200)]
    found = {}
    for w in words:
        found[w] = found.get(w, 0) + 1
    caught = 0
    for w in words[:50]:
        try:
            if w.endswith("3"):
                raise KeyError(w)
            int(w[1:])
        except KeyError as e:
            caught += e.args[0] == w
    p = sum((Point(k, -k) for k in range(100)), Point(0, 0))
    digits = hashlib.sha256(" ".join(words).encode()).hexdigest()
    letters = len(re.findall(r"[a-f]+", digits))
    node = None
    for k in range(50):
        node = [node, k]
    node[0][0].append(node)
    if sum(found.values()) != 200 or (p.x, p.y) != (4950, -4950) or not letters:
        raise AssertionError("wrong result")
    return caught


def one_thread(me, end, out, shared):
    i = 0
    try:
        while time.monotonic() < end:
            out.put((me, one_round(me, i)))
            with shared["lock"]:
                shared["sum"] += 1
            while out.qsize() > 100:
                out.get_nowait()
            i += 1
            note("rounds")
            # Computing alone would leave the event loop a ninth of the time.
            time.sleep(0.002)
    except queue.Empty:
        pass
    except BaseException:
        failed()


def memory():
    with open("/proc/self/statm") as f:
        return int(f.read().split()[1]) * 4


def watch(seconds, sizes):
    for _ in range(12):
        time.sleep(seconds / 12.5)
        gc.collect()
        sizes.append(memory())


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--seconds", type=float, default=60)
    p.add_argument("--connections", type=int, default=200)
    p.add_argument("--threads", type=int, default=8)
    p.add_argument("--growth", type=float, default=1.25, help="most growth of memory")
    a = p.parse_args()
    end = time.monotonic() + a.seconds
    out, shared, sizes = queue.Queue(), {"lock": threading.Lock(), "sum": 0}, []
    threads = [threading.Thread(target=one_thread, args=(i, end, out, shared)) for i in range(a.threads)]
    threads.append(threading.Thread(target=watch, args=(a.seconds, sizes)))
    for t in threads:
        t.start()
    asyncio.run(connections(a.connections, end))
    for t in threads:
        t.join()
    growth = max(sizes[8:]) / max(sizes[:4])
    if growth > a.growth:
        errors.append(f"memory has grown by {growth:.2f}")
    if not counts["requests"] or shared["sum"] > counts["rounds"] + a.threads:
        errors.append("counts do not fit")
    print(json.dumps({**counts, "memory_kb": sizes, "growth": round(growth, 3), "errors": len(errors)}))
    for e in errors[:5]:
        print(e, file=sys.stderr)
    sys.exit(bool(errors))


if __name__ == "__main__":
    main()
