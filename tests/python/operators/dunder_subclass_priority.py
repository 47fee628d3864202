# A subclass on the right that overrides the reflected method goes first.
class Base:
    def __add__(self, other):
        return "Base.add"

    def __radd__(self, other):
        return "Base.radd"

    def __lt__(self, other):
        return "Base.lt"

    def __gt__(self, other):
        return "Base.gt"

    def __eq__(self, other):
        return "Base.eq"


class Same(Base):
    pass


class Over(Base):
    def __radd__(self, other):
        return "Over.radd"

    def __gt__(self, other):
        return "Over.gt"

    def __eq__(self, other):
        return "Over.eq"


print(Base() + Same(), Base() + Over(), Over() + Base(), 1 + Base(), 1 + Over())
print(Base() < Same(), Base() < Over(), Over() < Base(), 1 < Base(), 1 > Base())
print(Base() == Over(), Over() == Base(), 1 == Over(), Base() != 1)


class MyInt(int):
    def __radd__(self, other):
        return f"MyInt.radd({other})"

    def __rsub__(self, other):
        return NotImplemented


print(1 + MyInt(2), MyInt(1) + 2, MyInt(1) + MyInt(2), 5 - MyInt(2), type(MyInt(1) * 2).__name__)
