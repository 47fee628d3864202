"""sys.tracebacklimit in the interpreter's own reports; where frames were left."""
import subprocess
import sys

code = """if 1:
    import sys
    def f1():
        1 / 0
    def f2():
        f1()
    sys.tracebacklimit = %r
    f2()
"""
for limit in 10, 3, 2, 1, 0, -1, 1 << 1000, -1 << 1000, None:
    out = subprocess.run([sys.executable, "-c", code % limit], capture_output=True, text=True)
    print([line.split(", in ")[1] for line in out.stderr.splitlines() if ", in " in line])


def other():
    try:
        1 / 0
    except TypeError as ex:
        pass


def last():
    try:
        1 / 0
    finally:
        pass


for f in other, last:
    try:
        f()
    except ZeroDivisionError as e:
        tb = e.__traceback__.tb_next
        start = f.__code__.co_firstlineno
        print(tb.tb_lineno - start, tb.tb_frame.f_lineno - start)
