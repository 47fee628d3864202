"""Polymorphic calls: many classes behind one name, megamorphic at the site."""

SIZE = 400_000
SMALL = 100


class Shape:
    def __init__(self, size):
        self.size = size

    def area(self):
        raise NotImplementedError

    def describe(self):
        return len(type(self).__name__) + self.area()

    @classmethod
    def unit(cls):
        return cls(1)

    @staticmethod
    def cut(value):
        return value % 1009


class Square(Shape):
    def area(self):
        return self.size * self.size


class Triangle(Shape):
    def area(self):
        return self.size * (self.size + 1) // 2


class Strip(Shape):
    def __init__(self, size, width=3):
        super().__init__(size)
        self.width = width

    def area(self):
        return self.size * self.width


class DoubleStrip(Strip):
    def area(self):
        return 2 * super().area()


class Scaled(Shape):
    def __init__(self, inner, factor):
        super().__init__(inner.size)
        self.inner = inner
        self.factor = factor

    def area(self):
        return self.inner.area() * self.factor

    def __getattr__(self, name):
        return getattr(self.inner, name)


class Constant:
    """Not a Shape: duck typing with a callable attribute."""

    def __init__(self, value):
        self.area = lambda: value
        self.describe = self.area
        self.width = value

    cut = staticmethod(lambda value: value % 7)


def run(n):
    shapes = [
        Square(3), Triangle(4), Strip(5), DoubleStrip(6), Scaled(Strip(2), 5),
        Constant(11), Square.unit(), DoubleStrip.unit(),
    ]
    total = 0
    for i in range(n):
        for shape in shapes:
            total += shape.area()
        one = shapes[i * i % 8]
        total += one.describe() + one.cut(i)
        if i % 4 == 0:
            total += getattr(one, "width", 1)
    return total


if __name__ == "__main__":
    import sys

    n = int(sys.argv[1]) if len(sys.argv) > 1 else SIZE
    print("dispatch", n, run(n))
