# Defaults and keyword arguments.
def f(a, b=2, c=3):
    return a, b, c


print(f(1))
print(f(1, 5))
print(f(1, c=7))
print(f(c=1, a=2))
