# type, isinstance, getattr, vars, dir, callable, id, hash, repr...
class A: x = 1
class B(A):
    def m(self): pass
b = B()
print(type(b) is B, type(5), type(type), isinstance(b, A), isinstance(5, (str, int)), isinstance(True, int), issubclass(B, A), issubclass(bool, int), isinstance(b, object), type(b).__mro__[1].__name__, issubclass(B, (int, A)), isinstance(1, int | str))
print(getattr(b, "x"), getattr(b, "z", "d"), hasattr(b, "m"), hasattr(b, "q"), setattr(b, "y", 2), b.y, vars(b), delattr(b, "y"), vars(b), callable(b), callable(b.m), callable(B), callable(5), [n for n in dir(b) if not n.startswith("_")], id(b) == id(b))
print(abs(-5), abs(-2.5), abs(3 + 4j), divmod(7, 2), divmod(7.5, 2), pow(2, 5), pow(2, 5, 3), round(2.567, 1), hex(255), oct(8), bin(5), ord("a"), chr(97), len("abc"), ascii("é"), bool([]), hash(5), repr("a"), format(255, "x"), sum((1, 2)), id(1) == id(1))
print(int.__name__, str.__class__, (5).__class__, object.__base__, bool.__base__, bool.__mro__, int.__bases__, type.__bases__, type(len).__name__, type(b.m).__name__, type(B.m).__name__, type(lambda: 0).__name__, type(type(None)).__name__, type(...).__name__, type(print).__name__, type("".join).__name__, type(str.join).__name__, type(iter([])).__name__, type({}.items()).__name__)
import builtins
print(builtins.len is len, "print" in dir(builtins), __builtins__ is builtins or isinstance(__builtins__, dict))
print(eval("1 + x", {"x": 2}), eval("a * 2", {}, {"a": 5}), exec("y = 5"), y, eval(compile("1 + 1", "c", "eval")))
ns = {}
exec("def f(): return 42\nv = f()", ns)
print(ns["v"], ns["f"](), sorted(k for k in ns if k != "__builtins__"))
code = compile("z = 1\nz + 1", "name", "exec")
print(code.co_filename, code.co_name, code.co_names, type(code).__name__)
print(compile("5", "s", "single").co_name, exec(compile("6 * 7", "s", "single")))
def loc():
    a, b = 1, 2
    d = locals()
    d["a"] = 99
    return a, sorted(locals()), vars() == locals()
print(loc(), globals()["A"] is A, globals() is globals(), "loc" in globals())
print(isinstance([], list), print.__name__, len.__self__.__name__, int.__doc__[:3], (1).__doc__[:3], [].__class__.__name__, object().__class__ is object, type("T", (A,), {"q": 1})().x, type(A)("U", (), {}).__name__)
for f in (lambda: type(), lambda: type(1, 2), lambda: type("a", 5, {}), lambda: type(5, (), {}), lambda: isinstance(1, "a"), lambda: issubclass(1, int), lambda: vars(5), lambda: ord(""), lambda: chr(-1), lambda: chr(1.5), lambda: len(5), lambda: hash([]), lambda: abs("a"), lambda: round("x"), lambda: eval("1 +"), lambda: eval("x = 1"), lambda: compile("1", "f", "bad"), lambda: exec("raise KeyError(1)"), lambda: eval("undefined_thing"), lambda: bin("a"), lambda: divmod(1, 0), lambda: pow(0, -1), lambda: getattr(5, "nope"), lambda: delattr(5, "real"), lambda: format(5, "q"), lambda: id(), lambda: callable(), lambda: input.nope, lambda: eval("1", 5), lambda: exec("1", None, 5)):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)
