# Exceptions as control flow inside hot loops.
class Stop(Exception):
    def __init__(self, n): self.n = n
class Plain(Exception): pass
def keys(n):
    d = {i: i * 2 for i in range(0, 40, 2)}
    hit = miss = 0
    for i in range(n):
        try:
            hit += d[i % 40]
        except KeyError as e:
            miss += e.args[0]
    return hit, miss
print(keys(5000))
def indices(n):
    l = list(range(7))
    t = 0
    for i in range(n):
        try:
            t += l[i % 10]
        except IndexError:
            t -= 1
        else:
            t += 3
        finally:
            t += 1
    return t
print(indices(5000))
def thrower(i):
    if i % 3 == 0: raise Stop(i)
    if i % 7 == 0: raise Plain
    return i
def through(i):
    return thrower(i) + 1
def raising(n):
    a = b = c = 0
    for i in range(n):
        try:
            a += through(i)
        except Stop as s:
            b += s.n
        except Plain:
            c += 1
    return a, b, c
print(raising(5000))
def always(n):
    t = 0
    for i in range(n):
        try:
            raise Plain
        except Plain:
            t += 1
    return t
print(always(4000))
def stop_iteration(n):
    t = 0
    it = iter([1, 2, 3])
    for i in range(n):
        try:
            t += next(it)
        except StopIteration:
            it = iter([4, 5])
            t += 100
    return t
print(stop_iteration(4000))
def attributes(n):
    class A: pass
    x, y = A(), A()
    y.v = 5
    t = 0
    for i in range(n):
        o = x if i % 2 else y
        try:
            t += o.v
        except AttributeError:
            t += 1
    return t
print(attributes(4000))
def nested(n):
    t = 0
    for i in range(n):
        try:
            try:
                t += 10 // (i % 4)
            except ZeroDivisionError as e:
                if i % 8 == 0: raise ValueError(i) from e
                t += 1
        except ValueError as e:
            t += e.args[0] + isinstance(e.__cause__, ZeroDivisionError)
    return t
print(nested(4000))
import sys
def lines(n):
    seen = {}
    for i in range(n):
        try:
            through(i * 3)
        except Stop as e:
            tb = e.__traceback__
            names = []
            while tb:
                names.append((tb.tb_frame.f_code.co_name, tb.tb_lineno, tb.tb_frame.f_locals["i"] % 2))
                tb = tb.tb_next
            seen[str(names)] = i
    return seen
print(lines(3000))
def exc_info(n):
    bad = 0
    for i in range(n):
        try:
            int("x" if i % 2 else "1")
        except ValueError as e:
            if sys.exception() is not e: bad += 1
        if sys.exception() is not None: bad += 1
    return bad
print(exc_info(3000))
def context(n):
    c = 0
    for i in range(n):
        try:
            try:
                {}[i]
            except KeyError:
                [][i]
        except IndexError as e:
            c += type(e.__context__) is KeyError
    return c
print(context(3000))
class Guard:
    def __init__(self): self.log = 0
    def __enter__(self): self.log += 1; return self
    def __exit__(self, kind, e, tb): self.log += 10; return kind is Plain
def withs(n):
    g = Guard()
    for i in range(n):
        with g as h:
            h.log += 1
            if i % 5 == 0: raise Plain
    return g.log
print(withs(3000))
def finals(n):
    t = 0
    for i in range(n):
        try:
            if i % 3 == 0: continue
            t += 1
        finally:
            t += 2
    return t
print(finals(3000))
def escapes(n):
    t = 0
    for i in range(n):
        t += i
        if i == n - 1: raise Stop(t)
for k in (10, 3000, 3001):
    try: escapes(k)
    except Stop as e: print(e.n, e.__traceback__.tb_next.tb_lineno)
def reraise(n):
    t = 0
    for i in range(n):
        try:
            try: raise Plain(i)
            except Plain: raise
        except Plain as e: t += e.args[0]
    return t
print(reraise(3000))
