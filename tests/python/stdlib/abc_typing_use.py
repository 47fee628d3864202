# abc and typing at run time.
import abc, typing
from abc import ABC, abstractmethod
class Shape(ABC):
    @abstractmethod
    def area(self): ...
    @property
    @abstractmethod
    def name(self): ...
    def describe(self): return f"{self.name} {self.area()}"
try:
    Shape()
except TypeError as e:
    print(e)
class Half(Shape):
    def area(self): return 1
try:
    Half()
except TypeError as e:
    print(e)
class Sq(Half):
    name = "sq"
print(Sq().describe(), isinstance(Sq(), Shape), Shape.__abstractmethods__ == {"area", "name"}, Sq.__abstractmethods__)
class Drawable(ABC):
    @classmethod
    def __subclasshook__(cls, c): return hasattr(c, "draw") or NotImplemented
class Pen:
    def draw(self): pass
print(isinstance(Pen(), Drawable), issubclass(int, Drawable))
Drawable.register(int)
print(issubclass(int, Drawable), isinstance(5, Drawable), issubclass(bool, Drawable))
from typing import Any, Optional, Union, List, Generic, TypeVar, NamedTuple, TypedDict, Protocol, runtime_checkable, Literal, Callable, get_type_hints, cast, overload, ClassVar, Final, Annotated
T = TypeVar("T")
class Box(Generic[T]):
    def __init__(self, v: T): self.v = v
print(Box[int](5).v, Optional[int], Union[int, str], List[int], Literal["a", 1], Callable[[int], str], Any, T, Annotated[int, "m"], Box[int], typing.get_args(dict[str, int]), typing.get_origin(list[int]))
class NT(NamedTuple):
    a: int
    b: str = "d"
    def both(self): return f"{self.a}{self.b}"
print(NT(1), NT(1).both(), NT._fields, NT(2, "z")[1])
class TD(TypedDict, total=False):
    x: int
print(TD(x=1), TD.__annotations__, TD.__total__)
@runtime_checkable
class HasLen(Protocol):
    def __len__(self) -> int: ...
print(isinstance([], HasLen), isinstance(5, HasLen))
def f(a: int, b: "str" = "x", *c: float) -> Optional[list]: ...
print(get_type_hints(f), cast(int, "s"), f.__annotations__["b"])
class K:
    a: int = 1
    b: ClassVar[str]
    c: "K"
print(get_type_hints(K), K.__annotations__)
print(int | str, (int | None).__args__, isinstance(1, Union[int, str]), list[int] | None, typing.Union[int, None] == (int | None))
