# Carets under a call with several arguments over lines.
def f(a, b):
    raise TypeError(f"bad {a} {b}")


print(
    "x", f(1,
           b=2),
)
