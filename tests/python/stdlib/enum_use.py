# enum.
import enum
class Color(enum.Enum):
    RED = 1
    GREEN = 2
    CRIMSON = 1
    def hot(self): return self is Color.RED
print(Color.RED, repr(Color.RED), Color.RED.name, Color.RED.value, Color(2), Color["GREEN"], Color.CRIMSON is Color.RED, list(Color), len(Color), Color.RED.hot(), Color.RED in Color, 1 in Color, 9 in Color, isinstance(Color.RED, Color), Color.__members__["CRIMSON"], {Color.RED: "r"}[Color.RED])
for f in (lambda: Color(9), lambda: Color["NOPE"], lambda: Color.NOPE, lambda: setattr(Color, "RED", 5), lambda: Color.RED < Color.GREEN):
    try:
        f()
    except (ValueError, KeyError, AttributeError, TypeError) as e:
        print(type(e).__name__, e)
class N(enum.IntEnum):
    A = 1
    B = 5
print(N.A + 1, N.B > N.A, sorted([N.B, N.A]), N.A == 1, f"{N.A}", N(5), int(N.B), [10, 20][N.A], str(N.A), repr(N.A))
class F(enum.Flag):
    R = enum.auto()
    W = enum.auto()
    X = enum.auto()
    RW = R | W
print(F.R | F.X, F.RW, F.R in F.RW, F.RW & F.R, ~F.R, F(0), bool(F.R & F.W), list(F.RW), F.R ^ F.RW, F(5), F.X.value)
class S(enum.StrEnum):
    A = enum.auto()
    B = "bee"
print(S.A, S.B + "!", S.B == "bee", S("a"), repr(S.A))
class Planet(enum.Enum):
    EARTH = (5.97, 6.37)
    def __init__(self, mass, radius): self.mass, self.radius = mass, radius
    @property
    def ratio(self): return round(self.mass / self.radius, 3)
print(Planet.EARTH.mass, Planet.EARTH.ratio, Planet.EARTH.value)
class A(enum.Enum):
    def _generate_next_value_(name, start, count, last): return name.lower()
    X = enum.auto()
    Y = enum.auto()
print([m.value for m in A])
try:
    class E2(Color): Z = 1
except TypeError as e:
    print(e)
try:
    @enum.unique
    class U(enum.Enum): P, Q = 1, 1
except ValueError as e:
    print(e)
print(enum.Enum("Fn", "A B C").B.value, [m.name for m in enum.IntEnum("Fi", ["Q", "R"])])
class IF(enum.IntFlag):
    A = 1
    B = 2
print(IF.A | IF.B, IF.A + 1, IF(8) if False else IF.A | 8, repr(IF.A | IF.B))
class M(enum.Enum):
    A = 1
    @classmethod
    def _missing_(cls, v): return cls.A if v == "one" else None
print(M("one"))
count = 0
for i in range(2000):
    if Color.RED is Color(1): count += 1
    c = Color.GREEN if i % 2 else Color.RED
    if c == Color.GREEN: count += c.value
print(count)
