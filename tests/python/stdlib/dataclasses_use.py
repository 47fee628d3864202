# dataclasses.
import dataclasses
from dataclasses import dataclass, field
@dataclass
class P:
    x: int
    y: int = 0
    tags: list = field(default_factory=list)
    _hidden: str = field(default="h", repr=False, compare=False)
a, b = P(1), P(1, 0)
print(a, a == b, P(1, 2) == a, a.tags is b.tags, P(y=5, x=4), dataclasses.astuple(a), dataclasses.asdict(P(1, 2, [P(3)])), dataclasses.replace(a, y=9))
print([f.name for f in dataclasses.fields(P)], dataclasses.is_dataclass(P), dataclasses.is_dataclass(a), P.__match_args__)
@dataclass(frozen=True, order=True, slots=True)
class F:
    a: int
    b: str = "z"
f = F(1)
print(f, hash(f) == hash(F(1)), F(1) < F(2), F(1, "a") < F(1, "b"), sorted([F(2), F(1)]), {F(1): 5}[F(1)], F.__slots__)
try:
    f.a = 2
except dataclasses.FrozenInstanceError as e:
    print(type(e).__name__, e)
@dataclass
class Child(P):
    z: float = 1.5
    def __post_init__(self): self.total = self.x + self.y + self.z
print(Child(1, 2), Child(1, 2).total, Child(1) == P(1))
@dataclass(kw_only=True, eq=False)
class K:
    a: int
    b: int = 2
print(K(a=1) == K(a=1), K(a=3))
try:
    K(1)
except TypeError as e:
    print(e)
try:
    P()
except TypeError as e:
    print(e)
try:
    @dataclass
    class Bad:
        a: int = 1
        b: int
except TypeError as e:
    print(e)
try:
    @dataclass
    class Bad2:
        a: list = []
except ValueError as e:
    print(e)
@dataclass
class I:
    n: dataclasses.InitVar[int]
    v: int = field(init=False)
    def __post_init__(self, n): self.v = n * 2
print(I(4), dataclasses.make_dataclass("Made", ["q", ("r", int, 5)])(1))
@dataclass(unsafe_hash=True, repr=False)
class U: a: int
print(hash(U(1)) == hash(U(1)), repr(U(1)).startswith("<__main__.U object"))
total = 0
for i in range(1000):
    p = P(i, i + 1)
    total += p.x * p.y % 7 + (p == P(i, i + 1))
print(total)
