"""Corners of builtin classes: documented attributes, odd keys of builtins, code of another kind."""
import builtins
import types
import warnings


class M(types.ModuleType):
    @property
    def __dict__(self):
        return "no dictionary"


try:
    dir(M("m"))
except TypeError as e:
    print(e)


# `iter` of an iterator's reduction is looked up with any key that equals it.
class Key:
    def __init__(self, name, it):
        self.name, self.it = name, it

    def __hash__(self):
        return hash(self.name)

    def __eq__(self, other):
        list(self.it)
        return other == self.name


def reduction(it):
    names, old = builtins.__dict__, iter
    del names["iter"]
    key = Key("iter", it)
    names[key] = old
    try:
        return it.__reduce__()
    finally:
        del names[key]
        names["iter"] = old


for x in [(1, 2), b"ab", bytearray(b"ab")]:
    print(reduction(iter(x)))


def plain():
    return 1


def generator():
    yield 1


with warnings.catch_warnings(record=True) as found:
    warnings.simplefilter("always")
    plain.__code__ = generator.__code__
    print([str(w.message) for w in found], list(plain()))


async def coroutine():
    pass


c = coroutine()
print(type(c).__dict__["__name__"].__doc__, "|", type(c).__dict__["__qualname__"].__doc__)
c.close()
g = generator()
print(type(g).__dict__["__name__"].__doc__, "|", type(g).__dict__["__qualname__"].__doc__)

for width in (-(2**63), 2**63):
    try:
        "%*r" % (width, 1)
    except OverflowError as e:
        print(e)
