# sys.exception, sys.exc_info, nested handlers restore it.
import sys
print(sys.exception(), sys.exc_info())
try:
    raise ValueError("outer")
except ValueError:
    print(repr(sys.exception()))
    try:
        raise KeyError("inner")
    except KeyError:
        print(repr(sys.exception()), sys.exc_info()[0].__name__)
    print(repr(sys.exception()))
    def f(): return repr(sys.exception())
    print(f())
    def gen():
        yield repr(sys.exception())
        try:
            raise TypeError("in gen")
        except TypeError:
            yield repr(sys.exception())
        yield repr(sys.exception())
    for v in gen(): print(v)
    print(repr(sys.exception()))
print(sys.exception())
def reraise():
    try:
        raise
    except RuntimeError as e:
        print(e)
reraise()
try:
    raise ValueError("v")
except ValueError:
    def g(): raise
    try:
        g()
    except ValueError as e:
        print("bare raise in function", e)
try:
    1 / 0
except ZeroDivisionError as e:
    tb = e.__traceback__
    print(tb.tb_lineno, tb.tb_next, tb.tb_frame.f_code.co_name)
    saved = e
print(saved.__traceback__ is tb)
def deep(n):
    if n == 0: raise KeyError("deep")
    deep(n - 1)
try:
    deep(3)
except KeyError as e:
    lines, tb = [], e.__traceback__
    while tb:
        lines.append((tb.tb_frame.f_code.co_name, tb.tb_lineno))
        tb = tb.tb_next
    print(lines)
