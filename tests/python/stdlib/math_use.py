# math.
import math
print(math.pi, math.e, math.tau, math.inf, math.nan, math.sqrt(2), round(math.cbrt(27.0), 12), math.floor(-1.5), math.ceil(-1.5), math.trunc(-1.5), math.fabs(-2), math.factorial(20), math.gcd(12, 18, 27), math.lcm(4, 6), math.gcd(), math.isqrt(99), math.comb(10, 3), math.perm(5, 2), math.perm(4))
print(math.fmod(-7, 3), math.remainder(7, 4), math.modf(-2.75), math.frexp(10.0), math.ldexp(0.625, 4), math.copysign(3, -0.0), math.hypot(3, 4), math.hypot(1, 2, 2), math.dist([0, 0], [3, 4]), math.fsum([0.1] * 10), math.prod([1, 2, 3]), math.prod([2.5, 2], start=3), math.sumprod([1, 2], [3, 4]), math.fma(2.0, 3.0, 1.0))
print([round(f(0.5), 12) for f in (math.sin, math.cos, math.tan, math.asin, math.acos, math.atan, math.sinh, math.cosh, math.tanh, math.asinh, math.exp, math.expm1, math.log, math.log1p, math.log2, math.log10, math.erf, math.erfc, math.gamma, math.lgamma, math.exp2, math.degrees, math.radians)], round(math.acosh(2), 12), round(math.atanh(0.5), 12), math.atan2(1, -1), math.log(8, 2), math.log2(2 ** 100), math.log10(10 ** 50), round(math.log(10 ** 400), 6), math.pow(2, 0.5), math.exp(1))
print(math.isnan(math.nan), math.isinf(-math.inf), math.isfinite(1), math.isclose(0.1 + 0.2, 0.3), math.isclose(1, 1.1, rel_tol=0.2), math.nextafter(1.0, 2.0), math.ulp(1.0), math.nextafter(0.0, 1.0), math.floor(1e300) == int(1e300), math.ceil(2.0), math.floor(5))
class T:
    def __floor__(self): return "f"
    def __ceil__(self): return "c"
    def __trunc__(self): return "t"
    def __float__(self): return 4.0
    def __index__(self): return 6
print(math.floor(T()), math.ceil(T()), math.trunc(T()), math.sqrt(T()), math.factorial(T()), math.gcd(T(), 9))
for f in (lambda: math.sqrt(-1), lambda: math.log(0), lambda: math.log(-1), lambda: math.exp(1000), lambda: math.factorial(-1), lambda: math.factorial(1.5), lambda: math.isqrt(-1), lambda: math.comb(-1, 2), lambda: math.fmod(1, 0), lambda: math.acos(2), lambda: math.sqrt("a"), lambda: math.gcd(1.5), lambda: math.pow(0, -1), lambda: math.floor(math.inf), lambda: math.ceil(math.nan), lambda: math.dist([1], [1, 2]), lambda: math.gamma(-1), lambda: math.sin(math.inf), lambda: math.ldexp(1.0, 5000), lambda: math.sqrt(10 ** 400), lambda: math.sumprod([1], [1, 2]), lambda: math.log(1, 1), lambda: math.cosh(1000), lambda: math.nonsense):
    try:
        print(f())
    except (ValueError, OverflowError, TypeError, ZeroDivisionError, AttributeError) as e:
        print(type(e).__name__, e)
print(round(sum(math.sin(i / 100) * math.sqrt(i) for i in range(2000)), 9), sum(math.floor(i / 3) for i in range(1000)), sum(math.isqrt(i) for i in range(1000)))
