import ctypes
import sys
from ctypes import (
    CDLL, CFUNCTYPE, POINTER, BigEndianStructure, Structure, Union, byref, c_bool, c_byte, c_char,
    c_char_p, c_double, c_float, c_int, c_long, c_longdouble, c_short, c_size_t, c_ubyte, c_uint,
    c_uint16, c_uint32, c_ulonglong, c_void_p, c_wchar_p, cast, create_string_buffer,
    create_unicode_buffer, memmove, memset, pointer, sizeof, string_at, wstring_at,
)

libc = CDLL(None, use_errno=True)

print("calls")
print(libc.strlen(b"hello"), libc.abs(-5), libc.toupper(ord("a")))
buffer = create_string_buffer(64)
libc.snprintf.argtypes = [c_char_p, c_size_t, c_char_p]
print(libc.snprintf(buffer, 64, b"%s %d %.3f %Lg", b"abc", 42, c_double(3.25), c_longdouble(0.5)))
print(buffer.value)
libc.atof.restype = c_double
print(libc.atof(b"2.5"))
libc.getenv.restype = c_char_p
print(libc.getenv(b"NO_SUCH_NAME_HERE"))
print(libc.open(b"/no/such/file", 0), ctypes.get_errno())
try:
    libc.no_such_function
except AttributeError as e:
    print("no_such_function" in str(e))
try:
    libc.strlen(1.5)
except ctypes.ArgumentError as e:
    print(e)

print("callbacks")
Compare = CFUNCTYPE(c_int, POINTER(c_int), POINTER(c_int))
numbers = (c_int * 6)(5, -3, 1, 4, 2, 0)
libc.qsort(numbers, len(numbers), sizeof(c_int), Compare(lambda x, y: x[0] - y[0]))
print(list(numbers))
Add = CFUNCTYPE(c_double, c_int, c_double, c_float, c_long)
print(Add(lambda a, b, c, d: a + b + c + d)(1, 2.5, 0.25, -7))
Many = CFUNCTYPE(c_int, *[c_int] * 9)
print(Many(lambda *a: sum(i * x for i, x in enumerate(a)))(*range(9)))
told = []
sys.unraisablehook = lambda u: told.append((u.err_msg.partition(" <")[0], repr(u.exc_value)))
CFUNCTYPE(c_int)(lambda: 1 // 0)()
CFUNCTYPE(c_int)(lambda: "text")()
print(told)
sys.unraisablehook = sys.__unraisablehook__

print("simple types")
print(c_int(5), c_byte(300), c_ubyte(-1), c_short(70000).value, c_bool(3), c_char(b"x"))
print(c_ulonglong(-1).value == 2**64 - 1, c_float(0.1).value, c_longdouble(1.5))
print(c_void_p(None).value, c_char_p(b"abc").value, c_wchar_p("h\u00e9").value)
for bad in (lambda: c_int("1"), lambda: c_double("1"), lambda: c_char(b"xy"), lambda: c_char_p(1.5)):
    try:
        bad()
    except TypeError:
        print("TypeError")
print([sizeof(t) for t in (c_short, c_int, c_long, c_double, c_longdouble, c_void_p)])

print("structures")


class Point(Structure):
    _fields_ = [("x", c_int), ("y", c_double), ("name", c_char * 4)]


p = Point(1, 2.5, name=b"ab")
print(p.x, p.y, p.name, sizeof(Point), Point.y, ctypes.alignment(Point))
q = pointer(p)
q.contents.x = 7
q[0].y = 8.5
print(p.x, p.y, bool(q), bool(POINTER(Point)()))
try:
    POINTER(Point)().contents
except ValueError as e:
    print(e)


class Bits(Structure):
    _fields_ = [("a", c_int, 3), ("b", c_int, 5), ("c", c_uint, 8)]


b = Bits(1, -2, 200)
print(b.a, b.b, b.c, sizeof(Bits), Bits.b)


class Number(Union):
    _fields_ = [("whole", c_uint32), ("halves", c_uint16 * 2)]


class Outer(Structure):
    _anonymous_ = ["number"]
    _fields_ = [("kind", c_ubyte), ("number", Number), ("points", Point * 2)]


o = Outer(1)
o.whole = 0x12345678
o.points[1].x = 9
print([hex(h) for h in o.halves], o.number.whole == o.whole, o.points[1].x, sizeof(Outer))


class Packed(Structure):
    _layout_ = "ms"
    _pack_ = 1
    _fields_ = [("a", c_byte), ("b", c_int)]


class Network(BigEndianStructure):
    _fields_ = [("port", c_uint16), ("address", c_uint32)]


print(sizeof(Packed), bytes(Network(80, 1)))


class Node(Structure):
    pass


Node._fields_ = [("value", c_int), ("next", POINTER(Node))]
first, second = Node(1), Node(2)
first.next = pointer(second)
print(first.next.contents.value, bool(second.next))


class Division(Structure):
    _fields_ = [("quotient", c_int), ("remainder", c_int)]


libc.div.restype = Division
d = libc.div(17, 5)
print(d.quotient, d.remainder)

print("memory")
print(string_at(b"abcdef", 3), wstring_at("wide"), cast(b"xyz", c_char_p).value)
memmove(buffer, b"zz", 2)
print(buffer.value[:4], memset(buffer, 65, 3) == ctypes.addressof(buffer), buffer.value[:4])
text = create_unicode_buffer("abc", 8)
print(text.value, len(text), text[1], text[:2])
data = bytearray(b"\1\0\0\0\2\0\0\0")
view = (c_int * 2).from_buffer(data)
view[1] = 77
print(data, list((c_int * 2).from_buffer_copy(data)), list(view[::-1]))
n = c_int(3)
libc.sscanf(b"41", b"%d", byref(n))
print(n.value, cast(pointer(n), POINTER(c_ubyte))[0], cast(byref(n), c_void_p).value is not None)
print(memoryview(numbers).shape, bytes(numbers)[:4])
Strings = c_char_p * 3
print(list(Strings(b"a", None, b"c")))
