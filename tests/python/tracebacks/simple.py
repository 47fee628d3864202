# An uncaught error ends the program with a traceback.
def inner(x):
    return 1 / x


def outer(y):
    return inner(y) + 1


print("before")
outer(0)
print("never")
