# Functions of complex numbers: usual, special and extreme arguments.
import cmath
from math import inf, nan

FUNCTIONS = "sqrt exp log log10 sin cos tan sinh cosh tanh asin acos atan asinh acosh atanh".split()


def shown(z):
    return f"({z.real:.10g}, {z.imag:.10g})"


for name in FUNCTIONS:
    f = getattr(cmath, name)
    row = []
    for z in [0.5 + 0.25j, -3 + 4j, 2, -1.5j, 1e-310, complex(1e300, -1e300), complex(-inf, 2), complex(inf, nan), 0j, 800]:
        try:
            row.append(shown(f(z)))
        except (ValueError, OverflowError) as e:
            row.append(str(e))
    print(name, *row)
print(shown(cmath.log(8, 2)), cmath.polar(-1), cmath.phase(-1 - 0.0j), shown(cmath.rect(2, 1)))
print(cmath.isclose(1, 1 + 1e-12j), cmath.isclose(1, 1.1, abs_tol=0.2), cmath.isnan(complex(0, nan)), cmath.isinf(inf * 1j),
      cmath.isfinite(3))
print(cmath.infj, cmath.nanj, cmath.pi, cmath.tau)


class Number:
    def __complex__(self):
        return 3 + 4j


print(cmath.sqrt(Number()))
for bad in ["1", None]:
    try:
        cmath.sqrt(bad)
    except TypeError as e:
        print(e)
