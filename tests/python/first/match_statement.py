# match.
def f(x):
    match x:
        case 1:
            return "one"
        case [a, b]:
            return f"pair {a} {b}"
        case {"k": v}:
            return f"mapping {v}"
        case str():
            return "string"
        case _:
            return "other"


print(f(1), f([2, 3]), f({"k": 4}), f("s"), f(None))
