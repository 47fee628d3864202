# finally blocks and handlers run while a deep recursion unwinds.
import sys
count = 0
def f(n):
    global count
    try:
        return f(n + 1)
    finally:
        count += 1
try:
    f(0)
except RecursionError:
    print("caught", 900 < count < 1001)
def g(n):
    try:
        return g(n + 1)
    except RecursionError:
        return n
print(900 < g(0) < 1001)
class CM:
    depth = closed = 0
    def __enter__(self): CM.depth += 1
    def __exit__(self, *a): CM.closed += 1
def h():
    with CM(): h()
try:
    h()
except RecursionError:
    print(CM.depth - CM.closed in (0, 1), CM.depth > 300)
def again(times):
    total = 0
    for _ in range(times):
        try:
            f(0)
        except RecursionError: total += 1
    return total
print(again(20))
def down(n, acc): return acc if n == 0 else down(n - 1, acc + [n])
print(len(down(500, [])))
def gen(n):
    if n:
        yield n
        yield from gen(n - 1)
print(sum(gen(400)))
