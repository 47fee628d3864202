# What streams tell about themselves, how they are pickled, and what they do when they die.
import copy
import gc
import io
import os
import pickle
import sys
import tempfile
import warnings


def attempt(f, *args):
    try:
        r = f(*args)
    except Exception as e:
        r = f"{type(e).__name__}: {e}"
    print(r)
    return r


class Tagged(io.StringIO):
    pass


class Reader(io.BufferedReader):
    def __init__(self, raw, tag):
        super().__init__(raw)
        self.tag = tag

    def __getstate__(self):
        return self.tag, self.raw.getvalue()

    def __setstate__(self, state):
        tag, value = state
        self.__init__(io.BytesIO(value), tag)


# Streams in memory are data.
s = Tagged("one\ntwo\r\n", newline=None)
s.tag = 5
s.readline()
print(s.__getstate__())
for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
    c = pickle.loads(pickle.dumps(s, max(protocol, 2)))
    print(type(c).__name__, c.tag, c.tell(), repr(c.read()), c.newlines)
    r = pickle.loads(pickle.dumps(Reader(io.BytesIO(b"data"), "x"), protocol))
    print(r.tag, r.read())
b = copy.copy(io.BytesIO(b"abc"))
print(b.getvalue(), b.__getstate__())
for state in ((), ("", None, -1, None), ("", None, "0", None), ("", "\n", 0, 0), 0):
    attempt(io.StringIO().__setstate__, state)
for state in ((), (b"", -1, None), (b"", 0, 0), 0):
    attempt(io.BytesIO().__setstate__, state)

# Files are not.
for f in (open(os.devnull, "rb"), open(os.devnull), open(os.devnull, "wb", buffering=0)):
    attempt(pickle.dumps, f, 2)
    print(f._finalizing)
    f.close()

# Representations know the class and whether there is a name.
class File(io.FileIO):
    pass


class Text(io.TextIOWrapper):
    pass


f = File(os.devnull)
print(repr(f), f._blksize > 1)
del f.name
print(repr(f).replace(str(f.fileno()), "N"))
f.close()
print(repr(f), repr(Text(io.BytesIO())))
attempt(repr, Text.__new__(Text))

# Descriptors and openers are looked at.
attempt(io.FileIO, -5)
attempt(io.FileIO, 9999)
for r in (-1, -5, 9999):
    attempt(lambda: open("none", opener=lambda *a: r))
attempt(open, "/tmp")

# The size of pieces.
t = io.TextIOWrapper(io.BytesIO(b"\xc3\xa4b\nc\r\nd" * 9), encoding="utf-8")
for v in (0, "x", 2**80, 1):
    attempt(setattr, t, "_CHUNK_SIZE", v)
attempt(delattr, t, "_CHUNK_SIZE")
print(t._CHUNK_SIZE, t.readline(), t.tell(), t.read(3), t.read())
for name in ("\udcfe", "a\0b"):
    attempt(lambda: io.TextIOWrapper(io.BytesIO(), encoding=name))
    attempt(lambda: io.TextIOWrapper(io.BytesIO(), errors=name))
print(io.text_encoding(None), io.text_encoding("x"))

# A byte order mark is written at the beginning of a file alone.
with tempfile.TemporaryDirectory() as folder:
    name = os.path.join(folder, "f")
    for encoding in ("utf-8-sig", "utf-16", "utf-32"):
        with open(name, "w", encoding=encoding) as f:
            f.write("aaa")
            end = f.tell()
        with open(name, "a", encoding=encoding) as f:
            f.write("xxx")
        with open(name, "r+", encoding=encoding) as f:
            f.seek(end)
            f.write("zzz")
            f.seek(0)
            f.write("bbb")
        with open(name, "rb") as f:
            data = f.read()
        print(data == "bbbzzz".encode(encoding))

    # Who does not close files is warned; who cannot close them is told.
    for args in (("wb", 0), ("wb",), ("w",)):
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            f = open(name, *args)
            if args != ("wb", 0):
                f.write("text" if args == ("w",) else b"text")
            shown = repr(f)
            del f
            gc.collect()
        print([str(w.message) == f"unclosed file {shown}" for w in caught])
        print(os.path.getsize(name))


class Bad(io.RawIOBase):
    def close(self):
        raise OSError("close")


sys.unraisablehook = lambda u: print(u.exc_value, "|", u.err_msg.split(" <")[0])
bad = Bad()
del bad
gc.collect()
sys.unraisablehook = sys.__unraisablehook__


# The exception of closing has that of flushing as its context.
class Raw(io.RawIOBase):
    broken = True

    def writable(self):
        return True

    def close(self):
        if self.broken:
            raise OSError("close")


raw = Raw()
w = io.BufferedWriter(raw)


def bad_flush():
    raise ValueError("flush")


w.flush = bad_flush
try:
    w.close()
except OSError as e:
    print(repr(e), repr(e.__context__), w.closed)
raw.broken = False
w.flush = lambda: None


# Raw streams that tell nonsense.
class Odd(io.RawIOBase):
    def readable(self):
        return True

    def seekable(self):
        return True

    def tell(self):
        return -123

    def seek(self, *args):
        return -123


b = io.BufferedReader(Odd())
attempt(b.tell)
attempt(b.seek, 0)
attempt(lambda: b.__init__(Odd(), buffer_size=0))
attempt(b.read)
