# A function with two arguments.
def add(a, b):
    return a + b


print(add(1, 2), add("x", "y"))


def nothing():
    pass


print(nothing())
