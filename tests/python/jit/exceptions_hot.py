# Exceptions thrown and caught within and across traces.
def f(i):
    if i % 7 == 0: raise ValueError(i)
    if i % 11 == 0: raise KeyError(i)
    return i
def run(n):
    a = b = c = 0
    for i in range(n):
        try:
            a += f(i)
        except ValueError as e: b += e.args[0]
        except KeyError: c += 1
    return a, b, c
print(run(5000))
def deep(n, i):
    if n == 0:
        if i % 3 == 0: raise IndexError(i)
        return i
    try:
        return deep(n - 1, i)
    finally:
        cleanups[0] += 1
cleanups = [0]
t = 0
for i in range(600):
    try:
        t += deep(5, i)
    except IndexError as e: t -= e.args[0]
print(t, cleanups)
def builtin_errors(n):
    d, l, k = {}, [1, 2], 0
    for i in range(n):
        try:
            if i % 4 == 0: d[i]
            elif i % 4 == 1: l[i + 5]
            elif i % 4 == 2: i / (i - i)
            else: int("x" if i % 8 == 3 else "5")
            k += 1
        except KeyError: k += 10
        except IndexError: k += 100
        except ZeroDivisionError: k += 1000
        except ValueError: k += 10000
    return k
print(builtin_errors(4000))
def trace_lines(n):
    import sys
    lines = set()
    for i in range(n):
        try:
            if i % 2: raise TypeError
            else: [][i]
        except (TypeError, IndexError) as e:
            tb = e.__traceback__
            lines.add((type(e).__name__, tb.tb_lineno - trace_lines.__code__.co_firstlineno, tb.tb_next is None))
    return sorted(lines)
print(trace_lines(3000))
def chained(n):
    t = 0
    for i in range(n):
        try:
            try:
                raise KeyError(i)
            except KeyError as k:
                raise ValueError from k
        except ValueError as v:
            t += v.__cause__.args[0] + (v.__context__ is v.__cause__)
    return t
print(chained(2000))
class E(Exception):
    def __init__(self, n): self.n = n
def custom(n):
    t = 0
    for i in range(n):
        try:
            raise E(i)
        except E as e: t += e.n
        else: t = -1
        finally: t += 1
    return t
print(custom(3000))
def uncaught(n):
    for i in range(n):
        if i == 2500: undefined_thing
    return i
try:
    uncaught(5000)
except NameError as e:
    print(e, e.__traceback__.tb_next.tb_lineno - uncaught.__code__.co_firstlineno)
def stop(n):
    it = iter(range(n))
    t = 0
    try:
        while True: t += next(it)
    except StopIteration: return t
print(sum(stop(i) for i in range(300)))
