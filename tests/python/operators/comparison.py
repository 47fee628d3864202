# Chains, mixed types, identity and errors.
print(1 < 2 < 3, 1 < 3 < 2, 3 > 2 > 1, 1 == 1.0 == True, 1 < 2 > 1, 1 != 2 != 1)
print("a" < "b", "a" < "aa", "" < "a", "Z" < "a", "é" > "z", (1, 2) < (1, 3), (1,) < (1, 0), [1, 2] == [1, 2.0])
print((1, "a") < (2, 0), [] < [0], b"a" < b"b", {1, 2} < {1, 2, 3}, {1} <= {1}, {1, 2} > {3})
print(None == 0, None is None, None != False, "1" == 1, () == [], 1 == "1", {} == [])


def trace(x):
    print("eval", x, end=" ")
    return x


print(trace(1) < trace(0) < trace(5))
print(trace(1) < trace(2) < trace(3))
for op in ("1 < 'a'", "None < None", "[] < ()", "{} < {}", "1j < 2j", "object() < object()", "'a' >= 1", "None <= 1"):
    try:
        print(eval(op))
    except TypeError as error:
        print(op, error)
print(1 in [1, 2], 3 not in (1, 2), "b" in "abc", "" in "abc", 2 in {1: 2}, 1 in {1: 2}, 0 in range(5), 5 in range(5), 2.0 in range(5))
nan = float("nan")
print(nan in [nan], [nan] == [nan], nan == nan, (nan,) == (nan,), [float("nan")] == [float("nan")])
