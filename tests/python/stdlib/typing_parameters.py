# Type parameters: modules, substitution, unpacking, unions of unhashable types.
import copy
import pickle
import types
import typing
from typing import Annotated, Callable, Generic, ParamSpec, TypeVar, TypeVarTuple, Union

T = TypeVar("T")
U = TypeVar("U")
P = ParamSpec("P", bound=(int, str))
Ts = TypeVarTuple("Ts")
for p in T, P, Ts:
    print(p.__module__, pickle.loads(pickle.dumps(p)) is p)


def generic[V, *Vs, **Q](): pass


print([p.__module__ for p in generic.__type_params__], P.__bound__)
print(typing.TypeVar.__module__, typing.TypeAliasType.__module__, types.FunctionType.__module__)


def show(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)


starred = next(iter(tuple[int, str]))
show(lambda: starred)
show(lambda: (copy.copy(starred) == starred, pickle.loads(pickle.dumps(starred)) == starred))
show(lambda: list(iter(list[int])))
show(lambda: type(iter(list[int])).__name__)
show(lambda: dict[T, U][starred])
show(lambda: tuple[T, *Ts][int, str, float])
show(lambda: tuple[*Ts][()])
show(lambda: Callable[P, T][[int, str], float])
show(lambda: Callable[[T, U], T][int, str])
show(lambda: list[T][int, str])
show(lambda: list[int][str])
show(lambda: (int | list[T])[str])
type Alias[**Q] = Callable[Q, str]
show(lambda: Alias[[int, U]].__parameters__)
show(lambda: Alias[[int, U]][str])
show(lambda: list[int].__copy__)
show(lambda: list[int].__bases__)
show(lambda: sorted(set(dir(list[int])) - set(dir(list))))
show(lambda: list[int].__getitem__([1, 2], 1))

unhashable = Annotated[int, {}]
show(lambda: Union[int, unhashable] == Union[unhashable, int])
show(lambda: Union[unhashable, unhashable])
show(lambda: hash(Union[int, unhashable]))
show(lambda: (int | str) | "float")
show(lambda: T | "name")
show(lambda: int | "name")
show(lambda: int | 1)
show(lambda: Union[()])
show(lambda: Union[int, None, int])
show(lambda: type.__annotations__)
