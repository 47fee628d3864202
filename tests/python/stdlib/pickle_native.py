# Pickling: every protocol, shared and recursive objects, hooks, buffers, errors.
import copyreg
import io
import pickle
import pickletools


class Point:
    def __init__(self, x, y):
        self.x, self.y = x, y

    def __eq__(self, other):
        return type(other) is Point and vars(self) == vars(other)


class Slots:
    __slots__ = ("a", "b")


class Args(tuple):
    def __new__(cls, *items, name=None):
        self = super().__new__(cls, items)
        self.name = name
        return self

    def __getnewargs_ex__(self):
        return tuple(self), {"name": self.name}


def main():
    slots = Slots()
    slots.a = 1
    values = [
        None, True, 0, 255, 65535, -1, 2**31, -(2**63), 10**40, 1.5, float("inf"), "", "é\ud800\n\\",
        "x" * 300, b"", b"\xff" * 300, bytearray(b"ab"), (), (1,), (1, 2), (1, 2, 3), (1, 2, 3, 4), [], [1],
        list(range(2500)), {}, {"a": 1}, dict.fromkeys(range(2100)), {1}, frozenset([2]), set(range(1500)),
        len, int, Point, Point.__init__, range(3), 1j, Ellipsis, NotImplemented, type(None), Point(1, [2]), slots,
    ]
    for proto in range(pickle.HIGHEST_PROTOCOL + 1):
        total = 0
        for v in values:
            if isinstance(v, Slots) and proto < 2:
                continue
            data = pickle.dumps(v, proto)
            total += len(data)
            back = pickle.loads(data)
            if isinstance(v, Slots):
                assert back.a == 1 and not hasattr(back, "b")
            else:
                assert back == v and type(back) is type(v), (proto, v)
        print(proto, total)

    recursive = [1]
    recursive.append((recursive, {"self": recursive}))
    back = pickle.loads(pickle.dumps(recursive))
    print(back[1][0] is back, back[1][1]["self"] is back)
    args = pickle.loads(pickle.dumps(Args(1, 2, name="n"), 2))
    print(args, args.name)

    class Persistent(pickle.Pickler):
        def persistent_id(self, v):
            return ("point", v.x) if isinstance(v, Point) else None

    class Loader(pickle.Unpickler):
        def persistent_load(self, pid):
            return pid

        def find_class(self, module, name):
            raise pickle.UnpicklingError(f"no {module}.{name}")

    f = io.BytesIO()
    Persistent(f).dump([Point(7, 8), 3])
    f.seek(0)
    print(Loader(f).load())
    try:
        Loader(io.BytesIO(pickle.dumps(print))).load()
    except pickle.UnpicklingError as e:
        print(e)

    class Override(pickle.Pickler):
        dispatch_table = copyreg.dispatch_table.copy()

        def reducer_override(self, v):
            return (str, (f"<{v.__name__}>",)) if v is int else NotImplemented

    Override.dispatch_table[complex] = lambda c: (abs, (c.imag,))
    f = io.BytesIO()
    Override(f).dump([int, 3 + 4j])
    print(pickle.loads(f.getvalue()))

    buffers = []
    data = bytearray(b"shared" * 3)
    packed = pickle.dumps([pickle.PickleBuffer(data), 1], 5, buffer_callback=buffers.append)
    back = pickle.loads(packed, buffers=buffers)
    print(len(packed), memoryview(back[0]).obj is data)
    pickletools.dis(pickle.dumps((Point(1, "a"), "a"), 4))

    for bad in (lambda: 0, [object(), lambda: 1], {1: {2: lambda: 3}}):
        try:
            pickle.dumps(bad)
        except Exception as e:
            print(type(e).__name__, str(e).split(" at 0x")[0], getattr(e, "__notes__", None))
    for bad in (b"", b"K", b"h\x05.", b"]e.", b"(.", b"0.", b"\x80\xff.", b"cno_such_module\nx\n.", b"I1x\n.", b"?"):
        try:
            print(pickle.loads(bad))
        except Exception as e:
            print(bad, type(e).__name__, e)


main()
