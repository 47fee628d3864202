# Type parameters have attributes of their own.
import typing

for p in typing.TypeVar("T"), typing.ParamSpec("P"), typing.TypeVarTuple("Ts"):
    p.note = [1]
    print(p.note, p.__name__)
