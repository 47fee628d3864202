"""Module documentation."""


def f():
    """Function
    documentation."""


def g():
    "single"
    return 1


def h():
    f"not a docstring"


def i():
    b"not one either"


class C:
    """Class doc."""

    def m(self):
        r"""raw \n doc"""


class D:
    x = 1


print(repr(__doc__), repr(f.__doc__), repr(g.__doc__), repr(h.__doc__), repr(i.__doc__))
print(repr(C.__doc__), repr(C.m.__doc__), repr(D.__doc__))
f.__doc__ = "changed"
print(f.__doc__)
