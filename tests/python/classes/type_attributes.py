# Attributes of classes, modules and namespaces; what the object protocol refuses.
import copy
import types
import sys
import os


def show(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)


class Module(types.ModuleType):
    "A module of its own class"


class Space(types.SimpleNamespace):
    pass


m = Module("m")
m.b, m.a = 2, 1
print([n for n in dir(m) if not n.startswith("__")], m.__dict__["a"], vars(m)["b"])
del m.a
print(hasattr(m, "a"), sorted(m.__dict__))
s = Space(x=1)
s.y = 2
print(s, s.__dict__, copy.replace(s, x=5), vars(s) is s.__dict__)
show(lambda: object.__setattr__(str, "foo", 42))
show(lambda: object.__delattr__(str, "lower"))
show(lambda: type.__abstractmethods__)
show(lambda: type("M", (type,), {}).__abstractmethods__)


class WriteOnly:
    def __set__(self, o, v):
        o.__dict__["a"] = v


class Meta(type):
    pass


class X(metaclass=Meta):
    a = 42


Meta.a = WriteOnly()
print(X.a)


class I(int):
    def __pow__(self, other, mod=None):
        return "pow"

    def __rpow__(self, other, mod=None):
        return "rpow"


print(pow(I(2), 3, 5), pow(2, I(3), 5), pow(2, 3, I(5)))


def delete_doc():
    type(X).__dict__  # the metaclass has none of its own
    type.__dict__["__doc__"].__delete__(X)


show(delete_doc)
show(lambda: setattr(property(), "fget", 1))
show(lambda: isinstance(types.SimpleNamespace(__class__=None), types.SimpleNamespace(__bases__=())))


class Sized:
    def __sizeof__(self):
        return 8

    def __getattribute__(self, name):
        raise ValueError(name)


show(lambda: sys.getsizeof(Sized()) >= 8)


class Base:
    pass


class Derived(type, Base):
    pass


class D(metaclass=Derived):
    pass


try:
    Base.__dict__["__dict__"].__set__(D, {})
except AttributeError:
    print("not writable")
print([c.__weakrefoffset__ != 0 for c in (Base, int, set)], [c.__dictoffset__ != 0 for c in (Base, int)])
empty = ()
print(empty is tuple([]), bytes() is bytes(0))
print(classmethod[int], staticmethod[int], types.GeneratorType[int, str, None])
show(lambda: types.FunctionType((lambda: 0).__code__, {}, "f", 1))
show(lambda: types.UnionType())


class C[T](dict[str, T], metaclass=type):
    pass


class __Private:
    pass


class G[T](__Private):
    held = lambda: __Private


print(C.__orig_bases__, G.__bases__[0])
show(lambda: G.held())
