# bytes and bytearray: construction, methods, mutation.
print(bytes(), bytes(3), bytes([1, 255]), bytes(b"x"), bytes(range(4)), bytes("é", "utf-8"), bytes.fromhex("00 ff 7F"), b"\x00\xff".hex(), b"abcd".hex(":"), b"abcdef".hex("-", 2))
b = b"Hello, World"
print(b[0], b[-1], b[1:5], b[::-1], len(b), list(b[:3]), b + b"!", b * 2, b"lo" in b, 72 in b, b.find(b"o"), b.find(111), b.rfind(b"o"), b.count(b"l"), b.index(b"W"))
print(b.upper(), b.lower(), b.swapcase(), b.title(), b.capitalize(), b.split(b", "), b.split(), b.replace(b"l", b"L"), b.strip(b"Hd"), b.partition(b", "), b.startswith(b"He"), b.endswith((b"x", b"d")), b",".join([b"a", b"b"]))
print(b.center(16, b"*"), b.ljust(14) + b"|", b"7".zfill(3), b"a\nb\r\nc".splitlines(), b"abc".translate(bytes.maketrans(b"ab", b"xy"), b"c"), b"a\tb".expandtabs(4), b"abc".isalpha(), b"12".isdigit(), b" ".isspace(), b"Ab".istitle(), b"x".removeprefix(b"x"))
print(b == b"Hello, World", b < b"I", b"a" < b"b", hash(b"a") == hash(b"a"), {b"k": 1}[b"k"], b"a" == "a", b"a" == bytearray(b"a"), repr(b"'"), repr(b'"'), repr(b"'\""), repr(b"\t\n\r\\\x00\x7f\x80"))
a = bytearray(b"abc")
a.append(100); a.extend(b"ef"); a.insert(0, 64); a[1] = 65; a += b"gh"; a[2:4] = b"XYZ"; del a[0]
print(a, a.pop(), a.pop(0), a, len(a), a.decode(), a.reverse(), a, a.remove(88), a, a.copy() is a, a.clear(), a)
a = bytearray(5); a[1:3] = b"\x01\x02\x03\x04"; a[::2] = b"...."[: len(a[::2])]
print(a, bytearray(b"x") * 3, bytearray(b"ab") + b"c", type(b"a" + bytearray(b"b")).__name__, type(bytearray(b"a") + b"b").__name__)
for f in (lambda: bytes([256]), lambda: bytes(-1), lambda: bytes("a"), lambda: bytes(1.5), lambda: b"a"[5], lambda: b"a" + "b", lambda: bytearray(b"a").__setitem__(0, 300), lambda: bytearray(b"a").__setitem__(0, "x"), lambda: b"a".join(["x"]), lambda: bytes.fromhex("0g"), lambda: b"a".find("a"), lambda: 300 in b"a", lambda: "a" in b"a", lambda: b"a".__setitem__(0, 1), lambda: bytearray().pop(), lambda: bytes([1, "a"]), lambda: b"x" % 1, lambda: b"a" < "a", lambda: int(b"12") + int(b"x")):
    try:
        print(f())
    except (ValueError, TypeError, IndexError, AttributeError) as e:
        print(type(e).__name__, e)
m = memoryview(b"abcdef")
print(m[0], m[1:3].tobytes(), len(m), m.tolist(), bytes(m[::2]), m.nbytes, m.readonly, m == b"abcdef")
w = memoryview(a := bytearray(b"12345"))
w[0] = 65; w[1:3] = b"BC"
print(a, w.tolist()[:2], int.from_bytes(b"\x01\x02", "big"), int.from_bytes(b"\x01\x02", "little"), int.from_bytes(b"\xff", "big", signed=True), (258).to_bytes(2, "big"), (-2).to_bytes(2, "little", signed=True), sum(b"abc"), max(b"abc"))
