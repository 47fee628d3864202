# Small functions.
f = lambda x, y=2: x * y
print(f(3), f(3, 4))
print((lambda: "called")())
