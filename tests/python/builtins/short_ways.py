"""Calls and operators that have a short way for builtin operands: the short way means the same."""

import struct

# Arguments left out, and too few or too many of them.
text = "hello world"
print(text.find("o"), text.find("o", 5), text.startswith("he"), text.encode(), [1, 2, 3].pop())
for call in (lambda: text.find(), lambda: [].pop(1, 2), lambda: str.upper(3), lambda: str.find("a")):
    try:
        call()
    except TypeError as e:
        print(type(e).__name__, e)


class Text(str):
    def find(self, *args):
        return "own", args


print(Text("abc").find("b"), str.find(Text("abc"), "c"), Text("abc").count("c"))

# Classes that are called.
print(range(3), range(-2), range(2, 5), list(range(True)), range(10**20), range(5, 2))
try:
    range(1.5)
except TypeError as e:
    print(e)
known = {1: 2, "a": []}
copy = dict(known)
copy["b"] = 3
del copy[1]
print(known, copy, copy["a"] is known["a"], dict(copy) == copy)


class Table(dict):
    pass


print(type(dict(Table(x=1))), type(Table({1: 2})), Table({1: 2}))

# Numbers.
print([abs(x) for x in (0, 5, -5, -(2**62), 2**62, -2.5, -0.0, True, -(10**30))])
print([divmod(a, b) for a in (7, -7, 0, 2**62 - 1, -(2**62)) for b in (2, -2, -1, 1, 10**20)])
try:
    divmod(1, 0)
except ZeroDivisionError as e:
    print(e)
for data in (b"", b"\x80", b"\x01\x02", b"\xff" * 7, b"\x80" + b"\0" * 6, b"\xff" * 8, b"\xfe" * 9):
    print([int.from_bytes(data, order, signed=s) for order in ("little", "big") for s in (False, True)])

# Sequences.
print((1, 2) == (1, 2), [1, 2] != [1, 3], (1, 2) < (1, 3, 0), [2] >= [2, 0], (1,) == [1], [] == [])


class Odd:
    def __eq__(self, other):
        return "equal?"

    def __lt__(self, other):
        return "less?"


odd = Odd()
print([odd] == [1], (odd, 1) < (2, 2), (1, odd) < (1, Odd()))


class Never:
    def __eq__(self, other):
        return False

    def __lt__(self, other):
        return "less?"


print((1, Never()) < (1, 5), [Never()] == [1])

# Byte arrays.
data = bytearray(b"a")
same = data
data += b"bc"
data += bytearray(b"d")
data += b""
print(data, same is data)
view = memoryview(data)
try:
    data += b"e"
except BufferError as e:
    print(e)
view.release()
try:
    data += "x"
except TypeError as e:
    print(e)

# Formats that come back, as other objects too.
for i in range(3):
    form = "<I" + "hH"[i % 2]
    print(struct.pack(form, 1, i), struct.unpack_from(form, b"\1\0\0\0\2\0\3", 0), struct.calcsize(form.encode()))
    try:
        struct.pack("z", 1)
    except struct.error as e:
        print(e)


# Generators that are asked by functions.
def numbers():
    got = yield 1
    while got != "end":
        got = yield got


g = numbers()
print(next(g), g.send(5), next(g), next(g, "default"))
try:
    g.send("end")
except StopIteration as e:
    print("stopped", e.value)
print(next(g, "default"), next(iter([]), 3))


class Counter:
    def __init__(self):
        self.n = 0

    def __iter__(self):
        return self

    def __next__(self):
        self.n += 1
        if self.n > 2:
            raise StopIteration
        return self.n

    def __len__(self):
        return 42

    def __abs__(self):
        return "absolute"


c = Counter()
print(next(c), next(c), next(c, "end"), len(c), abs(c), iter(c) is c)


# Equality that is left to object is identity.
class Plain:
    pass


class Same(Plain):
    def __eq__(self, other):
        return "same"


class Different(Plain):
    def __ne__(self, other):
        return "different"


p, q = Plain(), Plain()
print(p == p, p == q, p != p, p != q, p == None, None == p, None != p, p != None)
print(p == Same(), Same() == p, None == Same(), p != Same(), Same() != None)
print(p != Different(), Different() != p, Different() == p, None != Different())
print(p in [q, p], [q, p].index(p), [p, q] == [p, q], [p] == [q], print == print, Plain == Same)
found = []
for x in (None, p, q):
    if x == None:
        found.append("none")
    elif x != p:
        found.append("other")
    else:
        found.append("p")
print(found)
Plain.__eq__ = lambda self, other: "now"
print(p == q, p != q, None == p, p == 1)
del Plain.__eq__
print(p == q, p == p)
try:
    p < q
except TypeError as e:
    print(e)

# Places in long texts that are not ASCII, in any order.
import re

long = "añb çé 日本 " * 300
spans = [m.span() for m in re.finditer(r"\w+", long)]
print(spans[:4], spans[-1], sum(a * 3 + b for a, b in spans))
print(sum(m.end() - m.start() for m in re.finditer("日", long)))
places = [long.find("本", i) for i in range(1500, 0, -7)]
print(len(places), sum(places), [m.start() for m in list(re.finditer("é", long))[::-50]])
