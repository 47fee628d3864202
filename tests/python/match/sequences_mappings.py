# Sequence and mapping patterns.
def seq(x):
    match x:
        case [1, 2]: return "exact"
        case [1, *rest]: return f"one+{rest}"
        case [*init, 9]: return f"{init}+nine"
        case [a, [b, *_], *c]: return f"nested {a} {b} {c}"
        case (a, b): return f"pair {a} {b}"
        case [_, _, _]: return "three"
        case [*all]: return f"list {all}"
        case _: return "no"
for v in ([1, 2], (1, 2), [1], [1, 5, 6], [3, 4, 9], [9], [0, [1, 2], 3, 4], (7, 8), [4, 5, 6], [], [4, 5, 6, 7], "ab", b"ab", {1, 2}, range(2), iter([1, 2]), bytearray(b"xy")):
    print(v if not hasattr(v, "__next__") else "iterator", seq(v))
def mapping(x):
    match x:
        case {"a": 1, "b": b}: return f"a=1 b={b}"
        case {"k": [x, y]}: return f"k {x} {y}"
        case {"t": {"n": v}, **rest}: return f"nested {v} {rest}"
        case {1: one, **rest}: return f"int key {one} {rest}"
        case {"only": _}: return "only"
        case {}: return "any mapping"
        case _: return "no"
for v in ({"a": 1, "b": 2, "c": 3}, {"a": 2, "b": 2}, {"k": (5, 6)}, {"k": [5]}, {"t": {"n": 1}, "z": 2}, {1: "x", 2: "y"}, {"only": 0}, {}, [], 5):
    print(v, mapping(v))
class D(dict):
    def __missing__(self, k): return "made"
match D():
    case {"x": v}: print("missing used")
    case _: print("missing not used")
from collections import deque, OrderedDict
match deque([1, 2]):
    case [a, b]: print("deque", a, b)
match OrderedDict(q=1):
    case {"q": v}: print("ordered", v)
match {"a": 1}:
    case {"a": 1, **r}: print(r)
match [1, [2, [3, [4]]]]:
    case [a, [b, [c, [d]]]]: print(a, b, c, d)
match ("go", "north", 3):
    case ["go", ("north" | "south") as way, int(n) | str(n)]: print(way, n)
