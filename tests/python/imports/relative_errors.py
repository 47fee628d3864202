# Relative imports that cannot work.
for src in ("from . import x", "from .. import y", "from .sibling import z"):
    try:
        exec(src, {"__name__": "__main__", "__package__": None})
    except ImportError as e:
        print(e)
try:
    exec("from ... import q", {"__package__": "_helpers", "__name__": "_helpers.x"})
except ImportError as e:
    print(e)
try:
    exec("import math.inner", {})
except ModuleNotFoundError as e:
    print(e)
try:
    def f():
        exec("from math import *")
    f()
    compile("def f():\n from math import *", "s", "exec")
except SyntaxError as e:
    print(e.msg)
