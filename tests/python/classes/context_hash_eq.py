# Hash and equality in dicts and sets.
class P:
    def __init__(self, x, y): self.x, self.y = x, y
    def __eq__(self, o): return isinstance(o, P) and (self.x, self.y) == (o.x, o.y)
    def __hash__(self): return hash((self.x, self.y))
d = {P(1, 2): "a"}
d[P(1, 2)] = "b"
print(len(d), d[P(1, 2)], P(2, 1) in d, len({P(1, 1), P(1, 1), P(2, 2)}))
class Collide:
    def __init__(self, n): self.n = n
    def __hash__(self): return 1
    def __eq__(self, o): return self.n == o.n
many = {Collide(i): i for i in range(50)}
print(len(many), many[Collide(33)], Collide(99) in many, many.pop(Collide(10)), len(many))
class Child(P):
    pass
class ChildEq(P):
    def __eq__(self, o): return True
print(hash(Child(1, 2)) == hash(P(1, 2)), ChildEq.__hash__)
try:
    {ChildEq(1, 2): 1}
except TypeError as error:
    print(error)
class NoHash:
    __hash__ = None
try:
    {NoHash()}
except TypeError as error:
    print(error)
print(hash(1) == hash(1.0) == hash(True), hash("a") == hash("a"), hash(0.5), hash(2 ** 61 - 1), hash(2 ** 61), hash(-1), hash(-2), hash(-1.0), hash(10 ** 30), hash(-(10 ** 30)), hash(1.5), hash(float("inf")), hash(None) == hash(None), hash(()) == hash(()))
class Raises:
    def __hash__(self): return 1
    def __eq__(self, o): raise ValueError("eq")
r = {Raises(): 1}
try:
    r[Raises()]
except ValueError as error:
    print(error)
class BigHash:
    def __hash__(self): return 1 << 100
print(hash(BigHash()) == hash(1 << 100), hash(BigHash()))
print({1: "int", 1.0: "float", True: "bool"}, {0: 1, False: 2, 0.0: 3, 0j: 4})
