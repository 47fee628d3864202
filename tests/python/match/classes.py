# Class patterns: positional, keyword, builtins, __match_args__.
class P:
    __match_args__ = ("x", "y")
    def __init__(self, x, y): self.x, self.y = x, y
class Q(P):
    def __init__(self, x, y, z):
        super().__init__(x, y)
        self.z = z
def f(v):
    match v:
        case P(0, 0): return "origin"
        case Q(x, z=9): return f"Q {x}"
        case P(x, y) if x == y: return f"diagonal {x}"
        case P(x=1): return "x is 1"
        case P(P(a, b), _): return f"nested {a} {b}"
        case P(): return "some P"
        case int(i) | float(i): return f"number {i}"
        case str(s): return f"str {s}"
        case list([a, *_]): return f"list first {a}"
        case dict({"k": v}): return f"dict k {v}"
        case bool(): return "never: int first"
        case tuple() | set(): return "tuple or set"
        case object(): return "object"
for v in (P(0, 0), Q(5, 6, 9), Q(5, 6, 7), P(3, 3), P(1, 2), P(P(7, 8), 1), P(4, 5), 3, 2.5, True, "t", [1, 2], {"k": 5}, (), {1}, None, []):
    print(f(v))
class NoArgs:
    a = 1
for pattern in (lambda v: [1 for _ in [0] if match_pos(v)],):
    def match_pos(v):
        match v:
            case NoArgs(1): return True
    try:
        pattern(NoArgs())
    except TypeError as e:
        print(e)
def too_many(v):
    match v:
        case P(1, 2, 3): return 1
try:
    too_many(P(1, 2))
except TypeError as e:
    print(e)
def dup(v):
    match v:
        case P(1, x=1): return 1
try:
    dup(P(1, 2))
except TypeError as e:
    print(e)
five = 5
def notclass(v):
    match v:
        case five(): return 1
try:
    notclass(1)
except TypeError as e:
    print(e)
class Attr:
    def __getattr__(self, n):
        print("asked", n)
        raise AttributeError
match Attr():
    case Attr(nope=1): print("no")
    case _: print("default")
class Meta(type):
    def __instancecheck__(cls, o): return o == "magic"
class M(metaclass=Meta): pass
match "magic":
    case M(): print("instancecheck used")
import dataclasses
@dataclasses.dataclass
class DC:
    a: int
    b: str = "d"
match DC(1):
    case DC(a, b): print(a, b)
def evaluate(e):
    match e:
        case ("+", a, b): return evaluate(a) + evaluate(b)
        case ("*", a, b): return evaluate(a) * evaluate(b)
        case ("neg", a): return -evaluate(a)
        case int() | float(): return e
print(evaluate(("+", 1, ("*", 2, ("neg", 3)))), sum(evaluate(("+", i, ("*", 2, i))) for i in range(1000)))
for bad in ("match x:\n case a | b: pass", "match x:\n case a, a: pass", "match x:\n case _: pass\n case 1: pass", "match x:\n case {**r, 1: a}: pass", "match x:\n case *a, *b: pass", "match x:\n case 1 + 1: pass", "match x:\n case P(x=1, x=2): pass", "match x:\n case f'a': pass"):
    try:
        compile(bad, "m", "exec")
    except SyntaxError as e:
        print(e.msg)
