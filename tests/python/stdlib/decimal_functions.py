# Exponential, logarithms, powers and formats of decimals: all digits and flags.
from decimal import *

NUMBERS = ["0", "-0", "1", "2", "10", "1E+5", "0.5", "-3.7", "1.0000001", "0.99999", "123456.789",
           "1E-30", "7E+40", "-2", "Infinity", "-Infinity", "NaN", "9.999999999E+99", "1E-99", "1.5E+3"]
ROUNDINGS = [ROUND_HALF_EVEN, ROUND_UP, ROUND_DOWN, ROUND_CEILING, ROUND_FLOOR, ROUND_05UP]


def show(context, f, *args):
    context.clear_flags()
    r = f(*args)
    flags = "".join(k.__name__[0] for k, v in context.flags.items() if v)
    return f"{r} {flags}"


for prec in (1, 7, 28, 60):
    for i, x in enumerate(NUMBERS):
        c = Context(prec=prec, rounding=ROUNDINGS[i % 6], Emin=-200, Emax=200, traps=[])
        d = Decimal(x)
        print(prec, x, *(show(c, f, d) for f in (c.exp, c.ln, c.log10)), sep=" | ")
with localcontext() as c:
    c.prec = 25
    for x in ("2", "0.3", "1.7", "12345.678"):
        for y in ("0.5", "-1.5", "3", "1E-5", "33.3", "-7"):
            print(x, y, Decimal(x) ** Decimal(y), pow(-Decimal(x), 3))

FORMATS = ["", "f", ".2f", ",.3f", "e", ".3e", "g", ".4g", "%", ".1%", "+", " ", "012.2f", "<14", "*^20.3e",
           "=+15.2f", "020,.1f", "z.1f", "#.0f", "_", ".4_f", "E", "G", ">9", "08,", "\u00e9>9.1f", "015_.3f"]
for x in ("0", "-0.00", "1234567.8915", "-0.000012345", "1E+3", "9.995", "-1E-10", "0E-8", "Infinity", "-NaN"):
    print(x, *(format(Decimal(x), f) for f in FORMATS), sep="|")
for bad in (".", "0<5", "5s", "..", "abc", ".2z"):
    try:
        print(format(Decimal(1), bad))
    except ValueError as e:
        print(type(e).__name__)
for text in ("1.", ".5", "-.5", "", ".", "-", "1.2.3", "12345678901234567890", "0000.0001", " 1 ", "1_0"):
    try:
        print(repr(Decimal(text)))
    except InvalidOperation:
        print("invalid", text)
