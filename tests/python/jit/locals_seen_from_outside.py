# Values that must be right when somebody looks: locals(), frames, tracebacks, closures.
import sys
def f(n):
    t = 0
    for i in range(n):
        t += i
        if i == n - 1: return dict(sorted(locals().items()))
print(f(3000))
def frames(n):
    out = []
    for i in range(n):
        x = i * 2
        if i % 1000 == 999: out.append(peek())
    return out
def peek():
    fr = sys._getframe(1)
    return fr.f_locals["i"], fr.f_locals["x"], fr.f_code.co_name, fr.f_lineno - fr.f_code.co_firstlineno
print(frames(3000))
def cell(n):
    x = 0
    def inc():
        nonlocal x
        x += 1
        return x
    def get(): return x
    t = 0
    for i in range(n):
        inc()
        t += get() + x
        if i % 700 == 0: x = i
    return t, x, get()
print(cell(3000))
def at_raise(n):
    a = b = 0
    try:
        for i in range(n):
            a += 1
            b = a / (n - 1 - i)
    except ZeroDivisionError as e:
        fr = e.__traceback__.tb_frame
        return a, round(b, 3), fr.f_locals["i"], fr.f_locals["a"]
print(at_raise(2500))
def swap(n):
    a, b, c = 1, 2, 3
    for i in range(n):
        a, b, c = b, c, a
        if i % 999 == 0: print(i, a, b, c)
    return a, b, c
print(swap(3000))
def delete(n):
    t = 0
    for i in range(n):
        x = i
        t += x
        del x
    try:
        x
    except UnboundLocalError as e: return t, str(e)
print(delete(2000))
def partly(n):
    for i in range(n):
        if i > n - 3: late = i
    return late
print(partly(3000))
def swapargs(a, b, n):
    if n == 0: return a, b
    return swapargs(b, a + 1, n - 1)
print(swapargs(1, "x", 0), [swapargs(1, 2, k) for k in range(40)][-1])
