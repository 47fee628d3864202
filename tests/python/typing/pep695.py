# Type parameters and the type statement.
type Alias = int | str
type Pair[T] = tuple[T, T]
print(Alias, Alias.__value__, Pair.__type_params__, Pair[int], Alias.__name__, type(Alias).__name__)
type Lazy = undefined_until_used
try:
    Lazy.__value__
except NameError as e:
    print(e)
def first[T](xs: list[T]) -> T: return xs[0]
print(first([1, 2]), first.__type_params__, first.__annotations__)
class Box[T, *Ts, **P]:
    def __init__(self, v: T): self.v = v
    def map[U](self, f) -> U: return f(self.v)
print(Box(5).v, Box.__type_params__, Box[int, str, [bool]], Box(2).map(lambda x: x + 1), Box.__mro__[1].__name__, Box.map.__type_params__)
def bounded[T: int, S: (int, str), D = bool](x: T, y: S) -> D: ...
for p in bounded.__type_params__: print(p, p.__bound__, p.__constraints__, getattr(p, "__default__", None))
class One[T]:
    v = 1
class Sub[T](One[T]): pass
print(Sub().v, Sub.__orig_bases__, Sub[int])
T = "module T"
def scope[T](): return T
print(scope(), T)
class Outer[T]:
    attr = T
    def m(self): return T
    class Inner:
        t = T
print(Outer.attr, Outer(). m(), Outer.Inner.t)
type = "soft keyword still a name"
print(type)
type Rec = list[Rec]
print(Rec.__value__)
