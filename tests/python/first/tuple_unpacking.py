# Tuples.
a, b = 1, 2
a, b = b, a
print(a, b, (a, b), (1,), ())
x, *rest = [1, 2, 3]
print(x, rest)
