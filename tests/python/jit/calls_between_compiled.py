# Functions with code of their own that call each other: recursion of all shapes, changing
# types, exceptions and frames seen from inside.
import sys


def fib(n):
    if n < 2:
        return n
    return fib(n - 1) + fib(n - 2)


def tak(x, y, z):
    if y >= x:
        return z
    return tak(tak(x - 1, y, z), tak(y - 1, z, x), tak(z - 1, x, y))


def ack(m, n):
    if m == 0:
        return n + 1
    if n == 0:
        return ack(m - 1, 1)
    return ack(m - 1, ack(m, n - 1))


def is_even(n):
    return True if n == 0 else is_odd(n - 1)


def is_odd(n):
    return False if n == 0 else is_even(n - 1)


print(fib(19), tak(12, 8, 4), ack(2, 9))
print([is_even(i) for i in range(40)].count(True), is_odd(301))


# Results that grow beyond a word, and other types of arguments.
def power(x, n):
    if n == 0:
        return 1
    return x * power(x, n - 1)


for i in range(40):
    total = power(3, 30)
print(total, power(3, 60), power(1.5, 10), power(2, 80), power(True, 3))
print([power(x, 5) for x in (2, 2.0, 1j, True, 10**20)])


# Trees: arguments and results of several types.
class Node:
    __slots__ = ("left", "right", "value")

    def __init__(self, left, right, value):
        self.left = left
        self.right = right
        self.value = value


def make(depth, value):
    if depth == 0:
        return None
    return Node(make(depth - 1, 2 * value), make(depth - 1, 2 * value + 1), value)


def total_of(node):
    if node is None:
        return 0
    return node.value + total_of(node.left) + total_of(node.right)


def depth_of(node):
    return 0 if node is None else 1 + max(depth_of(node.left), depth_of(node.right))


tree = make(9, 1)
print(total_of(tree), depth_of(tree))


# A function with a loop, called in a hot loop.
def collatz(n):
    steps = 0
    while n != 1:
        n = n // 2 if n % 2 == 0 else 3 * n + 1
        steps += 1
    return steps


print(sum(collatz(i) for i in range(1, 300)), max(collatz(i) for i in range(1, 200)))


# An exception through many frames of compiled code.
def descend(n, fail):
    if n == 0:
        if fail:
            raise ValueError("bottom")
        return 0
    return 1 + descend(n - 1, fail)


for i in range(60):
    descend(20, False)
try:
    descend(6, True)
except ValueError as e:
    lines, tb = [], e.__traceback__.tb_next
    while tb is not None:
        lines.append(tb.tb_lineno - descend.__code__.co_firstlineno)
        tb = tb.tb_next
    print(e, lines)


def guarded(n):
    try:
        return descend(n, n % 3 == 0)
    except ValueError:
        return -n


print([guarded(i) for i in range(12)] * 2, sum(guarded(i) for i in range(30)))


# The frames and their variables, as seen from below.
def look(n, seen):
    here = n * 2
    if n == 0:
        f = sys._getframe()
        while f is not None and f.f_code is look.__code__:
            seen.append((f.f_locals["n"], f.f_locals.get("here"), f.f_lineno - f.f_code.co_firstlineno))
            f = f.f_back
        return 0
    return look(n - 1, seen) + here


for i in range(50):
    seen = []
    r = look(4, seen)
print(r, seen)


# The limit is met at the same depth, compiled or not.
def dive(n):
    global deepest
    deepest = n
    return dive(n + 1) + 1


def measure():
    try:
        dive(0)
    except RecursionError as e:
        return deepest, str(e)


results = {measure() for _ in range(5)}
print(len(results))
old = sys.getrecursionlimit()
sys.setrecursionlimit(400)
a = {measure()[0] for _ in range(5)}
sys.setrecursionlimit(500)
b = {measure()[0] for _ in range(5)}
sys.setrecursionlimit(old)
print(len(a), len(b), min(b) - min(a))


# Deep recursion does not need native stack.
def count_down(n):
    return 0 if n == 0 else 1 + count_down(n - 1)


sys.setrecursionlimit(10**6)
for i in range(30):
    count_down(100)
print(count_down(60000))
sys.setrecursionlimit(old)


# Closures of the same code share it.
def counter(step):
    def add(n):
        return step if n == 0 else add(n - 1) + step

    return add


print([counter(k)(10) for k in range(20)])


# A function is replaced while it is hot.
def helper(x):
    return helper2(x) + 1 if x > 0 else 0


def helper2(x):
    return helper(x - 1)


first = [helper(i) for i in range(30)]


def helper2(x):
    return 100


print(first[-1], helper(5))
