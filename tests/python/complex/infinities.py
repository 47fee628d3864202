# Signs of zeros, and infinities that are not lost to NaN.
inf, nan = float("inf"), float("nan")
print(complex(0.0, -0.0), complex(-0.0, 0.0), complex(1, -0.0), complex(-0.0, -0.0), complex(0j, -0.0), complex(0.0, -0j), complex(1j, 1j))
print(0 + complex(0.0, -0.0), complex(0.0, -0.0) + 0, 1 - complex(1, 0), complex(1, 0) - 1, 2 * complex(0.0, -0.0), complex(-0.0, 1) * 2)
print(complex(inf, 1) * complex(1, inf), complex(inf, 0) * 1j, complex(1e300, 1) * complex(nan, inf), complex(inf, nan) * complex(1, 2))
print(1 / complex(inf, inf), complex(1, 1) / complex(inf, -inf), complex(inf, 1) / complex(1, 1), 1.0 / complex(inf, -inf), inf / (1 + 0j), 0 / (1 + 2j))
print((1 + 2j) ** 2, (1 + 2j) ** -1, 0j**0, 0j**2, (2j) ** 0.5, 2 ** (1 + 1j), (-8) ** (1 / 3), complex(inf, 1) ** -1)
for f in (lambda: 0j**-1, lambda: 0j ** (1j), lambda: complex(0, inf) ** 1, lambda: (1e300 + 1j) ** 3, lambda: 1j / 0, lambda: pow(1j, 2, 3), lambda: complex("1+"), lambda: complex(1, "2"), lambda: complex("1", 2), lambda: complex.from_number("1"), lambda: 1j < 2):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)


class C(complex):
    def __complex__(self):
        return 42j


print(complex(C(1)), complex.from_number(3), complex.from_number(2j), C.from_number(2).__class__.__name__)
try:
    (1j).real = 3
except AttributeError as e:
    print(e)
