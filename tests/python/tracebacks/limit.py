"""sys.tracebacklimit in the interpreter's own reports."""
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
