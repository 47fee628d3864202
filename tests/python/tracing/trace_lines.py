"""The lines that a trace function sees, relative to the function's first."""
import sys
def run(f, *a):
    base = f.__code__.co_firstlineno
    out = []
    def tr(frame, ev, arg):
        if frame.f_code.co_filename != __file__: return None
        out.append(f"{frame.f_lineno - base}{ev[0]}" + (frame.f_code.co_name if frame.f_code is not f.__code__ else ''))
        return tr
    sys.settrace(tr)
    try: f(*a)
    except BaseException as e: out.append(repr(e))
    sys.settrace(None)
    print(f.__name__, ' '.join(out))
def passing():
    x = 1
    pass
    del x
    pass
    if x if 0 else 1:
        pass
    while 1:
        break
    while False:
        pass
    for i in ():
        pass
    else:
        pass
def tight():
    for x in range(3):
        if x:
            break
        continue
def tight2():
    items = range(0, 3)
    try:
        i = 1
        while 1:
            b = items[i]; i+=1
    except IndexError:
        pass
def ifbreak():
    seq = [1, 0]
    while seq:
        n = seq.pop()
        if n:
            break
    else:
        n = 99
    return n
def breaks():
    TRUE = 1
    while TRUE:
        while TRUE:
            break
        break
def cont():
    TRUE = 1
    x = [1]
    while x:
        x.pop()
        while TRUE:
            break
        continue
def fin(a):
    try:
        return a
    finally:
        if a:
            x = 1
        else:
            x = 2
def fin2():
    for i in 1, 2:
        try:
            if i == 1:
                continue
            break
        finally:
            x = 3
    return 7
def gen():
    def g():
        try:
            yield 1
        finally:
            x = 2
    for i in g():
        i
    it = g()
    next(it)
    it.close()
class CM:
    def __enter__(self): return 1
    def __exit__(self, *a): return True
def withs():
    with CM():
        pass
    with CM():
        1/0
    for i in 1, 2:
        with CM() as x:
            if i == 1:
                continue
            break
    with CM():
        if False:
            pass
    with (CM() as a,
          CM() as b):
        return 1
def tryelse():
    try:
        2
    except A:
        4
    else:
        try:
            1/0
        except ZeroDivisionError as e:
            9
        except:
            11
    finally:
        13
def nestedif(a, b):
    try:
        if a:
            if b:
                x = 1
    except Exception:
        pass
    if a and b: y = 1
    elif a: y = 2
    else: y = 3
def star():
    try:
        raise ExceptionGroup('x', [ValueError(1), TypeError(2)])
    except* ValueError:
        3
    except* TypeError as e:
        5
    else:
        7
    finally:
        9
def star2():
    try:
        try:
            raise ValueError(2)
        except* (TypeError,
                 KeyError):
            x = 4
    except ValueError:
        pass
def star3():
    try:
        x = 1
    except* ValueError as e:
        2
def deco():
    @staticmethod
    @classmethod
    def f(a=1,
          b=2):
        return 3
    g = [i for i in range(2) if i]
def cond(x):
    y = (1 if x else
         2)
    z = x and y or 3
    w = not (x
             or y)
def m(x):
    match x:
        case 1:
            y = 1
        case [a, b]:
            y = 2
        case _:
            pass
    match x:
        case [1, 2] if y == 2:
            z = 1
def longdel():
    global gg
    gg = 1
    del gg
    import os, sys as s
    from os import (path,
       sep)
    raise KeyError
def whileelse():
    n = 2
    while n:
        n -= 1
        if n == 5: break
    else:
        n = 3
    return
def noret():
    if 1:
        x = 2
    else:
        x = 3
def doc():
    """doc"""
    x = 1
    "string"
    1
    x
    ...
for f in passing, tight, tight2, ifbreak, breaks, cont, fin2, gen, withs, tryelse, star, star2, star3, deco, longdel, whileelse, noret, doc:
    run(f)
run(fin, 0); run(fin, 1); run(nestedif, 1, 0); run(nestedif, 0, 1); run(nestedif, 1, 1); run(cond, 1)
run(m, 1); run(m, [1, 2]); run(m, 3)
class AI:
    def __init__(self): self.n = 0
    def __aiter__(self): return self
    async def __anext__(self):
        self.n += 1
        if self.n > 2: raise StopAsyncIteration
        return self.n
class AC:
    async def __aenter__(self):
        return 1
    async def __aexit__(self, *a):
        return True
def arun():
    async def f():
        async for i in AI():
            x = i
        else:
            y = 1
        async with AC() as z:
            1/0
        return 3
    try: f().send(None)
    except StopIteration: pass
def abrk():
    async def f():
        async for i in AI():
            if i: break
            continue
        while True:
            async with AC():
                break
    try: f().send(None)
    except StopIteration: pass
run(arun); run(abrk)
