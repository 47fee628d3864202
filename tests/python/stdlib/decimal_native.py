# Decimal numbers: arithmetic, rounding, conditions, conversions, contexts.
from decimal import *
import decimal
import pickle
from fractions import Fraction

D = Decimal
print(D("0.1") + D("0.2"), D(1) / 3, D(2).sqrt(), -D("0"), +D("-0"), abs(D("-1.50")))
print(D(10) ** 30, D(2) ** D("0.5"), D("1e3") // 7, D("-7") % 3, divmod(D(-17), 5), D(7).remainder_near(4))
print([str(D(x)) for x in ("1E+5", "1e-7", "0.000001", "-0E3", "NaN123", "-sNaN", "inf", " 1_000.50 ", "١٢")])
print(D("123e5").to_eng_string(), D(1.1), D((1, (3, 1, 4), -2)), D(0.1).as_tuple().exponent, D("-2.50").as_tuple())
for name in ("UP", "DOWN", "CEILING", "FLOOR", "HALF_UP", "HALF_DOWN", "HALF_EVEN", "05UP"):
    row = [str(D(x).quantize(D(1), rounding="ROUND_" + name)) for x in ("1.5", "2.5", "-2.5", "-1.1", "10.4")]
    print(name, row)
with localcontext(prec=5, Emax=9, Emin=-9) as c:
    print(D("1.234567") * 1, D("9.99999") + 0, D(7) / 3, c.flags[Inexact])
    for f in (lambda: D("9e9") * 10, lambda: D(1) / 0, lambda: D(0) / 0, lambda: D("1e99999999999999999999")):
        try:
            print(f())
        except DecimalException as e:
            print(type(e).__name__, e.args)
    c.clear_traps()
    print(D("9e9") * 10, D("1e-9") / 1000, D(1) / 0, D("sNaN") + 1)
    print(c)
print(D(3) < 3.5, D("0.5") == 0.5, D("0.5") == Fraction(1, 2), D("NaN") == 1, D(5) > 2, D(2) == 2 + 0j)
print(hash(D("1.50")) == hash(Fraction(3, 2)), hash(D(10**50)) == hash(10**50), hash(D("inf")))
print(int(D("-3.9")), round(D("2.675"), 2), round(D("3.5")), float(D("1e-3")), D("2.5").as_integer_ratio())
print(D("1.2").exp(), D(10).ln(), D(1000).log10(), D(5).max(7), D(9).next_plus(), D("1101").logical_and(D("1011")))
print(f"{D('1234567.891'):,.2f}", f"{D('0.00012'):e}", f"{D('0.25'):.0%}", f"{D(-5):>+8}")
print(D("1.20").compare_total(D("1.2")), D("1.0").normalize(), D("100").normalize(), D("3.7").to_integral_value())
print(pickle.loads(pickle.dumps(D("1.50"))), getcontext().copy().prec, sorted(s.__name__ for s in getcontext().flags))
print(D(2).fma(3, 4), ExtendedContext.divide(1, 3), BasicContext.power(2, 10), IEEEContext(64).prec)
try:
    D("x")
except InvalidOperation as e:
    print(e)
try:
    D(1) + 1.0
except TypeError as e:
    print(e)
class Money(D):
    pass
print(repr(Money("1.5")), type(Money(1) + 1).__name__, D.from_float(0.5), decimal.MAX_PREC)
