# Assignment expressions and their scopes.
if (n := len("hello")) > 3:
    print(n)
while (chunk := n) > 3:
    n -= 1
print(chunk, n)
print([y := 5, y ** 2, y + 1])
print([last := x for x in range(5)], last)
print(any((hit := v) > 2 for v in [1, 2, 3, 4]), hit)


def f(a, b=(d := 10)):
    if (m := a * b) > 50:
        return m, d
    return (c := m) + c


print(f(2), f(10))
print((lambda: (inner := 4) + inner)())
data = {"k": (v := [1, 2])}
print(data, v)
print(f"{(w := 7)} {w=}")
total = 0
print([total := total + x for x in range(6)], total)
