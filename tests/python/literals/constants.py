# The named constants, their identities and types.
print(None, True, False, Ellipsis, NotImplemented, ...)
print(... is Ellipsis, None is None, True is not False)
for value in (None, True, ..., NotImplemented):
    print(type(value).__name__, repr(value), str(value))
print(type(None)() is None, type(...)() is ..., type(NotImplemented)() is NotImplemented)
print(__name__, __debug__, __doc__)
print(bool(None), bool(...))
try:
    bool(NotImplemented)
except TypeError as error:
    print(error)
print(True + True, True * 3, ~5, -True, +False, True < 2, isinstance(True, int))
print(True & False, True | False, True ^ True, True & 3, type(True & True).__name__, type(True & 1).__name__)
