"""Sets made of dictionaries, checks of type(), exec with a closure, flags of compile."""
import collections
import types

# Hashes that need all 64 bits are the same in a set made of a dictionary.
keys = [frozenset(s) for s in ((), (0,), (1,), (2,), (0, 1), (0, 2), (1, 2), (0, 1, 2))]
keys += [(i, -i) for i in range(50)] + [i + 0.5 for i in range(50)]
d = dict.fromkeys(keys)
print(set(d) == set(keys), all(k in frozenset(d) for k in keys))


def error(f, *args, **kwargs):
    try:
        f(*args, **kwargs)
    except Exception as e:
        print(type(e).__name__, e)
    else:
        print("no error")


error(type, "A\udcdcB", (), {})
error(type, "A", (), {"__doc__": "x\udcdcy"})
error(type, "A", (), {"__slots__": ("__dict__", "__dict__")})
error(type, "A", (), {"__slots__": ("__weakref__", "__weakref__")})
od = collections.OrderedDict([("a", 1), ("b", 2)])
od.move_to_end("a")
print(list(type("C", (), od).__dict__)[:2])


class A[T]:
    pass


error(delattr, A, "__type_params__")
A.__module__ = "elsewhere"
print("__firstlineno__" in A.__dict__)


def outer():
    a = 2
    found = []

    def inner():
        found.append(a * 10)
    return inner, found


inner, found = outer()
exec(inner.__code__, inner.__globals__, closure=inner.__closure__)
exec(inner.__code__, inner.__globals__, closure=(types.CellType(7), inner.__closure__[1]))
print(found)
error(exec, inner.__code__, {}, closure=None)
error(exec, inner.__code__, {}, closure=inner.__closure__[:1])
error(exec, inner.__code__, {}, closure=list(inner.__closure__))
error(exec, error.__code__, {}, closure=inner.__closure__)
error(compile, "1", "", "exec", 0xff)
error(exec, "__conditional_annotations__ = 0\nx: int", {})


class Out:
    def method(self, x: int):
        def nested(y: str):
            pass
        return nested


print(Out.method.__annotate__.__qualname__)
print(Out().method(1).__annotate__.__qualname__)
Out.method.__annotate__ = lambda form: 42
error(lambda: Out.method.__annotations__)


class Separator(bytes):
    def __len__(self):
        error(view.release)
        return 1


view = memoryview(bytearray(b"abc"))
print(view.hex(Separator(b":")))
