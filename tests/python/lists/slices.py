# Slicing, slice assignment and deletion.
l = list(range(10))
print(l[2:5], l[:3], l[7:], l[:], l[-3:], l[:-7], l[::2], l[1::3], l[::-1], l[8:2:-2], l[100:], l[:100], l[5:2], l[-100:2], l[::-3], l[2:2])
l[2:4] = ["a", "b", "c"]; print(l)
l[1:1] = [None]; print(l)
l[::4] = "wxyz"[: len(l[::4])]; print(l)
l[5:] = []; print(l)
l[:] = range(6); print(l)
l[-2:] = l; print(l)
del l[1:3]; print(l)
del l[::2]; print(l)
del l[-1:]; print(l)
l[0:0] = iter("pq"); print(l)
l[10:20] = [9]; print(l)
l[3:1] = ["ins"]; print(l)
a = [1, 2, 3]
a[:] = [x * 2 for x in a]; print(a)
a[::-1] = [7, 8, 9]; print(a)
for f in (lambda: a.__setitem__(slice(None, None, 2), [1]), lambda: a.__setitem__(slice(0, 1), 5), lambda: a[::0], lambda: a["a":], lambda: a[1.0:], lambda: a.__setitem__(slice(None, None, -1), [1, 2])):
    try:
        f()
    except (ValueError, TypeError) as e:
        print(type(e).__name__, e)
s = slice(1, 10, 2)
print(s, s.start, s.stop, s.step, s.indices(5), slice(None).indices(3), slice(-1, None, -1).indices(4), slice(5), s == slice(1, 10, 2), slice(1, 2) < slice(1, 3), l[slice(1, 3)], hash(slice(1, 2)) == hash(slice(1, 2)))
print("hello"[1:4], "hello"[::-1], (1, 2, 3)[1:], (1, 2, 3)[::-2], b"bytes"[1:3], range(10)[2:8:3], range(10)[::-1], bytearray(b"abc")[1:], "abc"[5:], ()[0:5])
big = 10 ** 30
print(l[-big:big], "abc"[:big], [1, 2][big:], range(5)[-big:2])
class I:
    def __index__(self): return 2
print(list(range(5))[I():], "abcdef"[I()], list(range(9))[::I()])
class G:
    def __getitem__(self, k): return k
print(G()[1:2], G()[1:2, ::3], G()[...], G()[:], G()[()], G()[a, 1:], G()[None:"x":1.5])
