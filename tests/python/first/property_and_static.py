# property, classmethod, staticmethod.
class C:
    def __init__(self):
        self._x = 1

    @property
    def x(self):
        return self._x

    @x.setter
    def x(self, value):
        self._x = value * 2

    @classmethod
    def make(cls):
        return cls()

    @staticmethod
    def add(a, b):
        return a + b


c = C.make()
c.x = 5
print(c.x, C.add(1, 2))
