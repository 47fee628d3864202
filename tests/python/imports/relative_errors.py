# What relative imports say about namespaces that do not tell a package.
import sys
import warnings

warnings.simplefilter("always")
warnings.showwarning = lambda m, category, *rest: print("warning:", category.__name__, m)


def attempt(*args, **kw):
    try:
        print(__import__(*args, **kw))
    except Exception as e:
        print(type(e).__name__, e, getattr(e, "name", "-"))


class Spec:
    def __init__(self, parent):
        self.parent = parent


attempt("sys", level=1)
attempt("x", 5, level=1)
attempt("", {"__package__": None, "__spec__": None, "__name__": "__main__"}, {}, ("foo",), 1)
attempt("x", {}, level=1)
attempt("x", {"__name__": 3}, level=1)
attempt("x", {"__package__": 3}, level=1)
attempt("x", {"__spec__": Spec(3)}, level=1)
attempt("x", {"__package__": "nothing_here", "__spec__": Spec("other")}, level=1)
attempt("x", {"__package__": "a.b"}, level=3)
sys.modules["a.b.c"] = {}
attempt("b.c", {"__package__": "a"}, level=1)
sys.modules["gone"] = None
attempt("gone")
