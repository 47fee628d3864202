# match: literals, captures, wildcards, guards, or-patterns, values.
class Color:
    RED = 1
    GREEN = "g"
def f(x):
    match x:
        case 0: return "zero"
        case 1 | 2 | 3: return "small"
        case -5: return "minus five"
        case 1.5: return "float"
        case 2 + 3j: return "complex"
        case "s" | 'ss': return "string"
        case b"b": return "bytes"
        case None: return "none"
        case True: return "true"
        case Color.GREEN: return "green"
        case int(n) if n > 100: return f"big {n}"
        case (10 | 20) as t: return f"tens {t}"
        case str(): return "other str"
        case [] | (): return "empty sequence"
        case {}: return "mapping"
        case _: return "other"
for v in (0, 1, 3, True, False, -5, 1.5, 2 + 3j, "s", "ss", "zz", b"b", None, "g", 101, 99, 10, 20, [], (), {}, {1: 2}, [1], 0.0, set()):
    print(repr(v), f(v))
def capture(v):
    match v:
        case x: pass
    return x
print(capture(5))
match 5:
    case 6: print("no")
print("fell through")
match = 3
case = 4
print(match, case, match * case)
match (match):
    case case: print(case)
match 1, 2:
    case a, b: print(a, b)
match [1, 2], 3:
    case [a, b], c if a > b: print("no")
    case [a, b], c: print(a, b, c)
_ = "kept"
match 1:
    case _: print(_)
type = lambda x: "soft"
print(type(1))
def soft(type, match, case): return type, match, case
print(soft(1, match=2, case=3))
