# An exception group prints its tree.
def make(kind, *args):
    try:
        raise kind(*args)
    except kind as error:
        return error


raise ExceptionGroup("several", [
    make(ValueError, "one"),
    ExceptionGroup("nested", [make(KeyError, "two"), TypeError("three")]),
])
