# Cooperative __init__ with keyword arguments.
class Root:
    def __init__(self, **kw):
        assert not kw, kw
        self.log = ["root"]
class Named(Root):
    def __init__(self, name, **kw):
        super().__init__(**kw)
        self.name = name
        self.log.append("named")
class Sized(Root):
    def __init__(self, size=1, **kw):
        super().__init__(**kw)
        self.size = size
        self.log.append("sized")
class Both(Named, Sized):
    def __init__(self, *a, **kw):
        super().__init__(*a, **kw)
        self.log.append("both")
b = Both("n", size=5)
print(b.name, b.size, b.log)
b = Both(name="m")
print(b.name, b.size, [c.__name__ for c in Both.__mro__])
try:
    Both("n", colour="red")
except AssertionError as error:
    print(error)
class Point:
    def __init__(self, x, y): self.x, self.y = x, y
class Point3(Point):
    def __init__(self, x, y, z):
        super().__init__(x, y)
        self.z = z
total = 0
for i in range(3000):
    p = Point3(i, i + 1, i + 2)
    total += p.x + p.y + p.z
print(total)
