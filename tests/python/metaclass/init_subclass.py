# __init_subclass__, __class_getitem__, __mro_entries__.
class Base:
    plugins = []
    def __init_subclass__(cls, /, tag=None, **kw):
        super().__init_subclass__(**kw)
        cls.tag = tag
        Base.plugins.append((cls.__name__, tag))
class P1(Base, tag="one"): pass
class P2(P1): pass
print(Base.plugins, P1.tag, P2.tag)
try:
    class P3(Base, unknown=1): pass
except TypeError as error:
    print(error)
class G:
    def __class_getitem__(cls, item): return f"{cls.__name__}<{item}>"
print(G[int], G[1, 2])
class Entry:
    def __mro_entries__(self, bases): return (dict,)
class FromEntry(Entry()): pass
print(FromEntry.__bases__, FromEntry(a=1), FromEntry.__orig_bases__[0].__class__.__name__)
print(list[int], dict[str, int], tuple[int, ...], list[int].__origin__, list[int].__args__, type(list[int]).__name__)
class L(list[int]): pass
print(L.__bases__, L([1]))
try:
    int[str]
except TypeError as error:
    print(error)
class Abstract:
    def __init_subclass__(cls):
        if not hasattr(cls, "required"): raise TypeError(f"{cls.__name__} must define required")
try:
    class Bad(Abstract): pass
except TypeError as error:
    print(error)
class Good(Abstract): required = 1
print(Good.required, isinstance([], list), list[int]([1, 2]), int | str, int | None, isinstance(1, int | str), isinstance("a", int | float))
