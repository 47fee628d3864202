# Complex arithmetic, repr, parsing and errors.
a, b = 3 + 4j, 1 - 2j
print(a + b, a - b, a * b, a / b, a ** 2, abs(a), -a, +a, a == 3 + 4j, a != b, a.real, a.imag, a.conjugate(), bool(0j), hash(3 + 0j) == hash(3), a * 2, 2 * a, a + 1.5, 1 / a, a ** b, 2 ** 1j, a ** 0, 0j ** 0)
print(complex(), complex(1), complex(1, 2), complex("1+2j"), complex(" -3.5e2j "), complex("j"), complex("(1-2j)"), complex("nan+infj"), complex(1.5, -0.0), complex("1"), complex(True))
print(repr(1j), repr(-1j), repr(0j), repr(-0j), repr(1 + 0j), repr(complex(-0.0, 1)), repr(complex(0.0, -0.0)), str(1e20j), repr(complex("inf")), repr(complex(0, float("nan"))))
print(f"{a}", f"{a:.2f}", f"{a:>15}|", f"{1.5+2j:+.1e}", format(1j, "g"), f"{a:,}")
for f in (lambda: a < b, lambda: int(a), lambda: float(a), lambda: a // b, lambda: a % b, lambda: a / 0, lambda: 0j ** -1, lambda: complex("1+"), lambda: complex("x"), lambda: complex("1", 2), lambda: complex(1, "2"), lambda: complex([]), lambda: divmod(a, b), lambda: round(a), lambda: f"{a:d}", lambda: f"{a:05}", lambda: 0j ** 1j, lambda: max(a, b)):
    try:
        print(f())
    except (TypeError, ValueError, ZeroDivisionError) as e:
        print(type(e).__name__, e)
z, c, n = 0j, -0.5 + 0.5j, 0
for _ in range(2000):
    z = z * z + c
    if abs(z) > 2: break
    n += 1
print(n, round(z.real, 9), round(z.imag, 9), sum([1j, 2, 3.5]), 1j * 1j, (1 + 1j) ** 10, 1j ** 2, 5 == 5 + 0j, {1: "a"}[1 + 0j], complex(3, 0) == 3.0, 1j.__class__.__name__, isinstance(1j, complex))
