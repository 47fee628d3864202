# Generators consumed by hot Python loops.
def count(n):
    i = 0
    while i < n:
        yield i
        i += 1
def total(n):
    t = 0
    for x in count(n): t += x
    return t
print(total(10), total(5000), total(0))
def squares(it):
    for x in it: yield x * x
def odds(it):
    for x in it:
        if x % 2: yield x
def pipe(n):
    t = 0
    for x in squares(odds(count(n))): t += x
    return t
print(pipe(3000), pipe(7))
def genexp(n):
    t = 0
    for x in (i * 2 for i in range(n) if i % 3): t += x
    return t
print(genexp(5000))
def many(n):
    t = 0
    for i in range(n):
        for x in count(i % 7): t += x
    return t
print(many(3000))
def early(n):
    out = []
    for i in range(n):
        for x in count(100):
            if x == i % 5: break
        out.append(x)
    return sum(out)
print(early(2000))
def fib():
    a, b = 0, 1
    while True:
        yield a
        a, b = b, (a + b) % 1000007
def take(g, n):
    out = []
    for x in g:
        out.append(x)
        if len(out) == n: return out
g = fib()
print(take(g, 10), sum(take(g, 3000)), take(g, 3))
def delegate(n):
    yield from count(n)
    yield from range(n)
    return n
def outer(n):
    r = yield from delegate(n)
    yield r
def delegated(n):
    t = 0
    for x in outer(n): t += x
    return t
print(delegated(3000))
def sender():
    t = 0
    while True:
        v = yield t
        if v is None: v = 1
        t += v
def sending(n):
    s = sender()
    next(s)
    r = 0
    for i in range(n): r += s.send(i)
    return r
print(sending(3000))
def fails(n):
    for i in range(n): yield i
    raise ValueError(n)
def failing(n):
    t = 0
    for k in range(3):
        try:
            for x in fails(n): t += x
        except ValueError as e: t += e.args[0]
    return t
print(failing(2000))
def closing(log):
    try:
        i = 0
        while True:
            yield i
            i += 1
    finally:
        log.append(i)
def closed(n):
    log = []
    for i in range(n):
        g = closing(log)
        for x in g:
            if x >= i % 4: break
        g.close()
    return len(log), sum(log)
print(closed(2000))
def inside_handler(n):
    t = 0
    try:
        {}[0]
    except KeyError:
        for x in count(n): t += x
    return t
print(inside_handler(3000))
def catches(n):
    for i in range(n):
        try:
            if i % 3 == 0: raise KeyError(i)
            yield i
        except KeyError as e:
            yield -e.args[0]
def catching(n):
    t = 0
    for x in catches(n): t += x
    return t
print(catching(3000))
import sys
def looked_at(n):
    for i in range(n):
        local = i * 2
        yield sys._getframe().f_locals["local"] + i
def looking(n):
    t = 0
    for x in looked_at(n): t += x
    return t
print(looking(2000))
def state(n):
    g = count(n)
    t = 0
    for x in g:
        t += x + (g.gi_frame.f_locals["i"] if x % 2 else g.gi_running)
    return t, g.gi_frame
print(state(2000))
class Tree:
    def __init__(self, d): self.l, self.v, self.r = (Tree(d - 1), d, Tree(d - 1)) if d else (None, 0, None)
    def __iter__(self):
        if self.l: yield from self.l
        yield self.v
        if self.r: yield from self.r
def walk(d):
    t = 0
    for x in Tree(d): t = t * 3 + x & 0xffff
    return t
print(walk(9))
def floats(n):
    x = 0.5
    while x < n:
        yield x
        x += 1.5
def sum_floats(n):
    t = 0.0
    for x in floats(n): t += x
    return t
print(sum_floats(3000))
def zipped(n):
    t = 0
    for a, b in zip(count(n), floats(n)): t += a * b
    return t
print(zipped(1500))
async def co(i): return i + 1
async def main(n):
    t = 0
    for i in range(n): t += await co(i)
    return t
c = main(3000)
try: c.send(None)
except StopIteration as e: print(e.value)
def depth(n):
    if n: yield from depth(n - 1)
    yield n
def deep(n):
    t = 0
    for i in range(n):
        for x in depth(5): t += x
    return t
print(deep(500))
