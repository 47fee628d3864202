# What the filters do, without and with module warnings.
import _warnings
import sys
_warnings.warn("before the module")
import warnings


def here(*a, **k):
    warnings.warn(*a, **k)


def seen(action, calls, **filter):
    with warnings.catch_warnings(record=True) as log:
        warnings.resetwarnings()
        warnings.simplefilter(action, **filter)
        for args in calls:
            try:
                here(*args)
            except Warning as e:
                print("raised", type(e).__name__, e)
    return [(str(w.message), w.category.__name__) for w in log]


calls = [("a",), ("a",), ("b", DeprecationWarning), (RuntimeWarning("c"),), ("b", DeprecationWarning)]
for action in ("always", "default", "module", "once", "ignore", "error"):
    print(action, seen(action, calls))
print(seen("ignore", calls, category=DeprecationWarning))
with warnings.catch_warnings(record=True) as log:
    warnings.simplefilter("always")
    warnings.filterwarnings("ignore", message="secret")
    here("secret thing")
    here("public thing")
    warnings.warn_explicit("explicit", UserWarning, "file.py", 7, module="m")
    registry = {}
    warnings.simplefilter("default")
    for _ in range(2):
        warnings.warn_explicit("once only", UserWarning, "file.py", 8, registry=registry)
    print([(str(w.message), w.lineno if w.filename == "file.py" else 0) for w in log])
    print(sorted(map(str, registry)))
for bad in (lambda: warnings.warn("x", int), lambda: warnings.warn("x", 1), lambda: warnings.warn(),
            lambda: warnings.warn("x", skip_file_prefixes=1), lambda: warnings.simplefilter("nope"),
            lambda: warnings.warn_explicit("x", UserWarning, "f", 1, registry=5)):
    try:
        bad()
    except (TypeError, ValueError) as e:
        print(type(e).__name__, e)
warnings.filters.insert(0, ("odd", None, Warning, None, 0))
try:
    here("x")
except RuntimeError as e:
    print(e)
del warnings.filters[0]
with warnings.catch_warnings():
    warnings.simplefilter("error")
    for source in ("1 is 1", "assert (1, 2)", "'\\d'"):
        try:
            compile(source, "text", "exec")
        except SyntaxError as e:
            print(e.msg, e.lineno)
print([f[:4] for f in warnings.filters[-5:]])
