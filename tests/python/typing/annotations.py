# Annotations are lazy; __annotations__ and __annotate__.
def f(a: undefined1, b: int = 5) -> undefined2: return a
print(f(1))
try:
    f.__annotations__
except NameError as e:
    print(e)
x: int = 5
y: str
z: undefined3
print(x, "y" in globals())
class C:
    a: int
    b: "forward" = 3
    c: later
    def m(self, q: list[int]) -> dict[str, int]: ...
later = "now defined"
print(C.__annotations__, C.m.__annotations__, hasattr(C, "a"), C.b)
def g(p: print("not evaluated")): pass
g(1)
def h():
    local: int = 1
    other: undefined4
    (paren): int = 2
    obj.attr: int = 3
    return local, paren, sorted(locals())
class Obj: pass
obj = Obj()
print(h(), obj.attr, h.__annotations__)
print(f.__annotate__.__name__, type(f.__annotate__).__name__, (lambda: 0).__annotations__, C.__annotate__ is not None)
lst = [0]
lst[0]: int = 7
print(lst)
undefined1 = undefined2 = int
print(f.__annotations__)
f.__annotations__ = {"a": "manual"}
print(f.__annotations__)
import annotationlib
def k(a: nope) -> str: pass
print(annotationlib.get_annotations(k, format=annotationlib.Format.STRING), annotationlib.get_annotations(k, format=annotationlib.Format.FORWARDREF)["a"].__forward_arg__)
try:
    exec("def f():\n  x: int\n  print(x)\nf()")
except UnboundLocalError as e:
    print(e)
for bad in ("(a, b): int = 1, 2", "a + b: int", "f(): int = 1", "x: int: str", "global q\nq: int = 1"):
    try:
        exec(bad)
        print("ok", bad)
    except SyntaxError as e:
        print(e.msg)
