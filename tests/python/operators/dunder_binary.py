# Every binary operator and its reflected form; NotImplemented falls through.
NAMES = "add sub mul matmul truediv floordiv mod divmod pow lshift rshift and xor or".split()


class Left:
    pass


class Right:
    pass


for name in NAMES:
    setattr(Left, f"__{name}__", lambda self, other, n=name: f"left {n}" if isinstance(other, Left) else NotImplemented)
    setattr(Right, f"__r{name}__", lambda self, other, n=name: f"right r{n} {type(other).__name__}")
a, b = Left(), Right()
for x, y in ((a, a), (a, b), (1, b), ("s", b), ([], b), (None, b), (1.5, b)):
    try:
        print(x + y, x - y, x * y, x @ y, x / y, x // y, x % y if not isinstance(x, str) else "-", divmod(x, y), x ** y, x << y, x >> y, x & y, x ^ y, x | y, sep=", ")
    except TypeError as error:
        print(error)
try:
    a + 1
except TypeError as error:
    print(error)
try:
    b + a
except TypeError as error:
    print(error)
try:
    a ** b ** 1
except TypeError as error:
    print(error)
print("%s" % 5, 1 .__add__(b), 1 .__add__("s"), "s".__mod__(()))
