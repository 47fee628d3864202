# Builtin exceptions: bases, arguments, str and repr.
import builtins
names = sorted(n for n in dir(builtins) if isinstance(getattr(builtins, n), type) and issubclass(getattr(builtins, n), BaseException))
for n in names:
    t = getattr(builtins, n)
    print(n, [c.__name__ for c in t.__mro__[1:-1]])
print(repr(ValueError()), str(ValueError()), repr(ValueError("a")), repr(ValueError("a", 1)), str(ValueError("a", 1)), str(ValueError(None)))
print(str(KeyError("k")), repr(KeyError("k")), str(KeyError("a", "b")), str(KeyError()))
e = OSError(2, "No such file", "name.txt")
print(type(e).__name__, e.errno, e.strerror, e.filename, e, repr(e), e.args)
print(type(OSError(13, "x")).__name__, type(OSError(17, "x")).__name__, type(OSError(99999, "x")).__name__, str(OSError("just text")), OSError("a").errno)
s = StopIteration(5)
print(s.value, StopIteration().value, s.args)
x = SystemExit(3)
print(x.code, SystemExit().code, SystemExit(1, 2).code)
u = UnicodeDecodeError("utf-8", b"a\xff", 1, 2, "bad byte")
print(u, u.encoding, u.object, u.start, u.end, u.reason)
print(UnicodeEncodeError("ascii", "a\u20ac", 1, 2, "ordinal"))
i = ImportError("msg", name="n", path="p")
print(i, i.name, i.path, i.msg)
n = NameError("m", name="nm")
print(n.name, AttributeError("m", name="a", obj=1).obj)
se = SyntaxError("bad", ("f.py", 3, 4, "text", 3, 6))
print(se.msg, se.filename, se.lineno, se.offset, se.text, se.end_lineno, se.end_offset, str(se))
e = ValueError("x")
e.add_note("note 1")
e.add_note("note 2")
print(e.__notes__)
e.custom = 1
print(e.custom, e.__dict__)
try:
    e.add_note(5)
except TypeError as err:
    print(err)
print(e.with_traceback(None) is e, e.__traceback__)
class My(ValueError):
    def __init__(self, code, text="default"):
        super().__init__(code, text)
        self.code = code
    def __str__(self): return f"My<{self.code}>"
print(My(5), repr(My(5)), My(1).args, My(2).code)
class NoInit(Exception):
    pass
print(NoInit(1, 2, 3).args, NoInit.__new__(NoInit, 9).args)
class KwExc(Exception):
    def __init__(self, *, reason): self.reason = reason
print(KwExc(reason="r").args, KwExc(reason="r").reason)
for f in (lambda: ValueError(x=1), lambda: KwExc(), lambda: UnicodeDecodeError("a"), lambda: BaseException.__new__()):
    try:
        f()
    except TypeError as err:
        print(err)
