# Arrays of machine values: items, slices, bytes, text, buffers, pickles.
import array
import pickle
import warnings
from array import array as A

warnings.simplefilter("ignore", DeprecationWarning)


def show(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)


print(array.typecodes, array.ArrayType is A)
for code, values in [("b", [-128, 0, 127]), ("B", [0, 255]), ("h", [-32768, 7]), ("H", [65535]), ("i", [-5, 5]),
                     ("I", [2**32 - 1]), ("l", [-2**63]), ("L", [2**64 - 1]), ("q", [2**63 - 1]), ("Q", [2**64 - 1]),
                     ("f", [0.5, -2.0]), ("d", [1e300]), ("w", "aß☃"), ("u", "xy")]:
    a = A(code, values)
    print(a, a.itemsize, a.tobytes().hex(), memoryview(a).format, a == pickle.loads(pickle.dumps(a)))
    a.byteswap()
    a.byteswap()
    a.reverse()
    print(a, a.tolist())
for code, bad in [("b", 128), ("B", -1), ("h", 1 << 20), ("i", 1 << 40), ("I", -1), ("Q", -1), ("q", 1 << 64), ("f", "x"),
                  ("w", "ab"), ("b", 1.5)]:
    show(lambda: A(code, [bad]))
a = A("i", range(10))
print(a[2:8:3], a[-3], 5 in a, a.index(7), a.index(7, -5), a.count(4))
a[1:3] = A("i", [100])
a[::4] = A("i", [0, 0, 0])
del a[::3]
a.insert(-1, 42)
a.extend(x * x for x in (3, 4))
print(a, a.pop(), a.pop(0), len(a))
a += A("i", [1])
a *= 2
print(a, a + A("i", [9]), A("i", [1, 2]) < A("d", [1.0, 3.0]))
show(lambda: a + [1])
show(lambda: a[99])
show(lambda: a["x"])
show(lambda: A("i").pop())
show(lambda: a.remove(12345))
view = memoryview(a)
show(lambda: a.append(1))
view[0] = -7
view.release()
a.append(1)
print(a[0], a[-1], sum(a), list(reversed(A("h", [1, 2, 3]))))
it = iter(A("b", [1, 2, 3]))
next(it)
print(list(pickle.loads(pickle.dumps(it))), list(it))
w = A("w", "ab")
w.fromunicode("☃")
print(w.tounicode(), w)
print(array._array_reconstructor(A, "h", 5, b"\x01\x00\xff\xff"), array._array_reconstructor(A, "w", 18, b"a\0b\0"))
match A("i", [1, 2, 3]):
    case [first, *rest]:
        print(first, rest)


class Sub(A):
    def __init__(self, typecode, values, *, name):
        self.name = name


s = Sub("d", [1.0], name="n")
print(s, s.name, type(s[:]).__name__)
