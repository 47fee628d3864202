# `__builtins__` of a namespace may be any mapping.
from types import MappingProxyType


def attempt(f, *args):
    try:
        print(f(*args))
    except Exception as e:
        print(type(e).__name__, e)


def names(**kw):
    return {"__builtins__": MappingProxyType(kw)}


attempt(eval, "answer + 1", names(answer=41))
attempt(eval, "answer + 1", names())
attempt(exec, "import os.path", names())
ns = names(__import__=lambda *args: args[0])
exec("import os.path", ns)
print(ns["os"])
attempt(exec, "class C: pass", names())
ns = names(__build_class__=lambda f, name: name)
exec("class C: pass", ns)
print(ns["C"])
ns = names(answer=1)
exec("def f():\n    return answer", ns)
print([ns["f"]() for _ in range(3)], ns["f"].__builtins__ is ns["__builtins__"])


class Loud(dict):
    def __getitem__(self, key):
        if key == "answer":
            return 42
        raise LookupError(key)


attempt(eval, "answer", {"__builtins__": Loud(answer=1)})
attempt(eval, "other", {"__builtins__": Loud(other=1)})
attempt(eval, "len('abc')", {"__builtins__": {"len": len}})
attempt(exec, "x", {"__builtins__": 123})

# Sums of complex numbers keep the sign of a zero.
print(sum([1.0, 2], complex(0.0, -0.0)), sum([complex(-0.0, -0.0), 1]), sum([1j, 2.5, 3]))
