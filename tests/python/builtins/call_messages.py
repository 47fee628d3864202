# What builtin functions and methods say about wrong calls.
def f(*calls):
    for c in calls:
        try:
            print(eval(c))
        except Exception as e:
            print(c, "|", type(e).__name__, e)


f("(1).__add__()", "(1).__add__(1, 2)", "(1).__add__(x=1)", "(1).__neg__(3)", "(1).__pow__()", "(2).__pow__(1, 2, 3)", "(1).__ceil__(2)", "(1).__format__()", "[].__len__(1)", "[].__getitem__()", "{}.__contains__()", "{}.__setitem__(1)", "''.__mul__(1, 2)")
f("[].append()", "[].append(1, 2)", "[].append(x=1)", "[].insert(1)", "[].index()", "[].sort(1)", "[].sort(1, 2, 3)", "[].sort(foo=1)", "''.split(1, 2, 3)", "''.split(sep=1)", "''.encode(1)", "''.encode(errors=None)", "''.expandtabs(1, foo=1)", "b''.decode(None)", "(5).to_bytes(1, None)", "(5).to_bytes(1, 2, 3)", "int.from_bytes(foo=1)", "int.from_bytes(b'', 3)")
f("enumerate()", "zip(1)", "map(str)", "filter(None)", "range()", "range(1, 2, 3, 4)", "slice()", "len()", "len(1, 2)", "iter()", "isinstance(1)", "max()", "max(foo=1)", "min([], default=3)", "min(1, 2, default=3)", "bytes(1, 2)", "bytes('a', 2)", "bytes('a')", "bytearray(b'', 'x')", "dict([1])", "dict([(1, 2, 3)])", "dict(1)", "super(int, 'a')", "int('', 3)", "int(b'b')", "int(bytearray(b'x'))", "ord('ab')", "chr(-1)", "pow(2, -1, 4)", "divmod(1, 0)", "round('a')", "sum(['a'])", "next(1)", "reversed({1})", "hash([])")
f("[1, 2].index(2, None)", "(1,).index(2, 'a')", "[].pop('a')", "[].pop()", "[].insert('a', 1)", "range(3).index(9)", "range(3).index('a')", "range(5)[10]", "b'abc'[9]", "bytearray(b'a')[3]", "{}.pop([], 3)", "{}.setdefault([])", "{1: 2}[[]]", "{[]: 1}", "{}.update([object()])", "memoryview(b'a').index(3)", "'%.0%' % 1", "b'%.99999999999999999999d' % 1")


def g(*programs):
    for p in programs:
        try:
            exec(p)
        except Exception as e:
            print(p, "|", type(e).__name__, e)


g("[1, 2][::2] = 5", "x = [1, 2]; x[0:1] = 5", "x = [1]; x[::0] = [1]", "x = [1, 2, 3]; x[::2] = [1]", "del (1)[0]", "del 'a'[0]", "del {}[1]", "range(3).start = 1", "slice(1).stop = 2", "x = bytearray(b'abc'); x[0] = 300", "x = bytearray(b'abc'); x[::2] = b'a'", "x = bytearray(); x.extend('a')", "for i in int | str: pass", "1 in (int | str)", "None | None")
d = {0: 0}
try:
    for i in d:
        del d[0]
        d[0] = 0
except RuntimeError as e:
    print(e)
try:
    {}.update([(1, 2), 3])
except TypeError as e:
    print(e, e.__notes__)
print(slice(None, None, -(2**100)).indices(3), slice(-(2**100), 2**100).indices(5), slice(1, 9).indices(2**70))
it = iter(range(2**70, 2**70 + 10, 3))
next(it)
it.__setstate__(2)
print(list(it), it.__reduce__()[1], reversed([1, 2]).__reduce__()[1:], map(str, [1], strict=True).__reduce__()[2])
print(list[len], dict[str, print], type({}.values().__reversed__()).__name__ if False else type(reversed({}.items())).__name__)


class X:
    def __eq__(self, other):
        a.clear()
        b.clear()
        return False


a, b = [X()], [X()]
print(a == b)
