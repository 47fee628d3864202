# Special comparison methods, defaults and inversion.
class V:
    def __init__(self, v): self.v = v
    def __lt__(self, o): print("lt", end=" "); return self.v < o.v
    def __eq__(self, o): print("eq", end=" "); return self.v == o.v


a, b = V(1), V(2)
print(a < b); print(a > b); print(a == b); print(a != b)
try:
    a <= b
except TypeError as error:
    print(error)
try:
    hash(a)
except TypeError as error:
    print(error)
print(max([a, b, V(0)]).v, min([b, a]).v, [x.v for x in sorted([b, a, V(0)])])


class OnlyEq:
    def __eq__(self, o): return NotImplemented


x, y = OnlyEq(), OnlyEq()
print(x == y, x != y, x == x, x == 1)


class Ne:
    def __ne__(self, o): return "ne"


print(Ne() != 1, Ne() == 1)
print(object() == object(), object() != object())


class Odd:
    def __lt__(self, o): return [1]
    def __eq__(self, o): return ""


print(Odd() < 1, 1 > Odd(), Odd() == 1, not Odd() == 1, Odd() < 1 < 2, [Odd()] == [1])
print(sorted([3, 1, 2], key=lambda n: V(n))[0])
