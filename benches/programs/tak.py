"""Takeuchi's function on integers, and the same over closures and floats."""

SIZE = 25
SMALL = 7


def tak(x, y, z):
    if y >= x:
        return z
    return tak(tak(x - 1, y, z), tak(y - 1, z, x), tak(z - 1, x, y))


def make_tak(step):
    def inner(x, y, z):
        if y >= x:
            return z
        return inner(inner(x - step, y, z), inner(y - step, z, x), inner(z - step, x, y))

    return inner


def run(n):
    exact = tak(n, n * 2 // 3, n // 3)
    halves = make_tak(1.0)(float(n), n * 2 // 3 - 1.0, n // 3 - 1.0)
    return f"{exact} {halves}"


if __name__ == "__main__":
    import sys

    n = int(sys.argv[1]) if len(sys.argv) > 1 else SIZE
    print("tak", n, run(n))
