# Forms of import.
import math, sys as system
import os.path
import os.path as p
from math import sqrt, pi as PI
from math import (
    floor,
    ceil,
)
import _helpers
import _helpers.deep.leaf
from _helpers import value, function as fn
from _helpers.deep import leaf as l
from _helpers.star import *
print(math.sqrt(4), system is sys if (sys := __import__("sys")) else 0, os.path is p, sqrt(9), PI, floor(1.5), ceil(1.5))
print(_helpers.value, _helpers.deep.leaf.name, value, fn(2), l.__name__, l.__package__)
print(public, "hidden" in globals(), "_private" in globals(), exported)
for f in (lambda: __import__("no_such_module"), lambda: __import__("_helpers.nope"), lambda: __import__("os.path.nope")):
    try:
        f()
    except ImportError as e:
        print(type(e).__name__, e, e.name)
try:
    from math import nothing_here
except ImportError as e:
    print(type(e).__name__, str(e).split("(")[0], e.name)
try:
    from _helpers import missing
except ImportError as e:
    print(str(e).split(" (")[0])
import _helpers as again
print(again is _helpers, sys.modules["_helpers"] is _helpers, "_helpers.deep" in sys.modules, _helpers.__name__, _helpers.__package__, _helpers.__spec__.name, type(_helpers).__name__)
def inside():
    import _helpers.deep as d
    from _helpers import value as v
    return d.__name__, v
print(inside())
_helpers.value = "changed"
from _helpers import value
print(value)
del sys.modules["_helpers.once"], _helpers.once
import _helpers.once
print(_helpers.once.count)
print(repr(_helpers).startswith("<module '_helpers' from "), hasattr(_helpers, "__path__"), hasattr(l, "__path__"), l.__file__.endswith("leaf.py"))
import importlib
print(importlib.import_module("_helpers.deep.leaf") is l, importlib.import_module(".deep", "_helpers").__name__)
