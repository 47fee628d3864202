"""Records CPython's number texts and formatting for the tests of crate runtime's fmt.

    python3.14 format_vectors.py > ../testdata/format.txt

One case a line, fields separated by tabs: what, value, specifier, result (or ! and the error).
"""
import math
import random
import struct
import sys

sys.set_int_max_str_digits(0)
R = random.Random(314)


def rand_float():
    k = R.randrange(9)
    if k == 0:
        return struct.unpack("d", struct.pack("Q", R.getrandbits(64)))[0]
    if k == 1:
        return R.choice([0.0, -0.0, 1.0, -1.0, 0.5, 1.5, 2.5, -2.5, 1e16, 1e15, 123456789012345680.0, 1e22, 1e23,
                         1e-4, 1e-5, 5e-324, 1.7976931348623157e308, 2.2250738585072014e-308, 9.5, 99.5, 999999.5,
                         0.1, 0.2, 0.3, 1e100, 0.000123456, 9007199254740993.0, math.inf, -math.inf, math.nan])
    if k == 2:
        return R.randrange(-10 ** 6, 10 ** 6) / 2 ** R.randrange(12)
    if k == 3:
        return R.randrange(10 ** 6) / 10 ** R.randrange(1, 9)
    if k == 4:
        return R.uniform(-1, 1) * 10.0 ** R.randrange(-30, 30)
    if k == 5:
        return float(10 ** R.randrange(0, 23)) * R.choice([1, 0.999999999999999, 1.0000000000000002])
    if k == 6:
        return R.choice([5, 15, 25, 35, 45]) * 10.0 ** R.randrange(-3, 20)
    return R.uniform(-1000, 1000)


def rand_int():
    return R.choice([0, 1, -1, 5, 42, 65, 255, 1234, 12345, -123456, 1234567, 10 ** 12, 2 ** 64, -2 ** 70, 10 ** 30,
                     R.randrange(-10 ** 9, 10 ** 9), 8364, 10 ** 400])


def rand_spec(types):
    s = ""
    k = R.randrange(6)
    if k == 0:
        s += R.choice("*0 é{x") + R.choice("<>=^")
    elif k == 1:
        s += R.choice("<>=^")
    if R.random() < 0.3:
        s += R.choice("+- ")
    if R.random() < 0.15:
        s += "z"
    if R.random() < 0.25:
        s += "#"
    if R.random() < 0.25:
        s += "0"
    if R.random() < 0.5:
        s += str(R.randrange(1, 26))
    if R.random() < 0.3:
        s += R.choice(",_")
    if R.random() < 0.5:
        s += "." + R.choice(["", "0", "1", "2", "3", "6", "10", "17", "25", "40", "120"])
        if R.random() < 0.2:
            s += R.choice(",_")
    if R.random() < 0.85:
        s += R.choice(types)
    if R.random() < 0.01:
        s += R.choice("x,_é")
    return s


def attempt(f, *args):
    try:
        return f(*args)
    except (ValueError, OverflowError, TypeError) as e:
        return "!" + type(e).__name__ + " " + str(e)


def emit(what, value, spec, result):
    fields = [what, value, spec, result]
    assert not any("\t" in x or "\n" in x for x in fields), fields
    if len(result) < 150:
        print("\t".join(fields))


def percent_spec(types):
    return "%" + "".join(c for c in "-+ #0" if R.random() < 0.25) + R.choice(["", "", "5", "12", "20"]) \
        + R.choice(["", "", ".", ".0", ".1", ".3", ".8", ".17", ".50"]) + R.choice(types)


def main():
    for _ in range(350):
        x = rand_float()
        emit("repr", x.hex(), "", repr(x))
        emit("hex", repr(x), "", x.hex())
        if math.isfinite(x):
            n = R.choice([0, 1, 2, 3, 5, 10, 15, 17, 22, 25, 300, 330, -1, -2, -5, -15, -23, -300, -400])
            emit("round", x.hex(), str(n), attempt(lambda: round(x, n).hex()))
    for _ in range(600):
        x = rand_float()
        spec = rand_spec("eEfFgGn%" * 4 + "dscx")
        emit("float", x.hex(), spec, attempt(format, x, spec))
        i = rand_int()
        spec = rand_spec("dbcoxXn" * 4 + "efg%sq")
        emit("int", str(i), spec, attempt(format, i, spec))
    for _ in range(150):
        s = R.choice(["", "a", "héllo", "wörld", "x" * 20])
        spec = rand_spec("s" * 9 + "dx")
        emit("str", s, spec, attempt(format, s, spec))
        z = complex(rand_float(), rand_float())
        spec = rand_spec("eEfFgGn" * 4 + "%ds")
        emit("complex", z.real.hex() + " " + z.imag.hex(), spec, attempt(format, z, spec))
        emit("complex", z.real.hex() + " " + z.imag.hex(), "", repr(z))
    for _ in range(150):
        x, i = rand_float(), rand_int()
        spec = percent_spec("eEfFgG")
        emit("%float", x.hex(), spec, attempt(lambda: spec % x))
        spec = percent_spec("dioxXu")
        emit("%int", str(i), spec, attempt(lambda: spec % i))
    for text in """1 1.5 .5 5. +1 -1 1e5 1E5 1e+5 1e-400 1e400 inf -inf Infinity +INFINITY nan NaN -nan 1_0 1__0 _1 1_
            1_.5 1._5 1.5_5 1e1_0 1_e5 1e_5 0x1 . e5 1e 1e+ +- --1 1.5.5 infinit in 1d5 ٣ 1,5 -.5e-3 00012 1j
            0.1000000000000000055511151231257827021181583404541015625 2.2250738585072011e-308 1e23 8.5e-324
            179769313486231580793728971405301e277 9007199254740993""".split() + ["", " 1 ", "1 2"]:
        emit("parse", text, "", attempt(lambda: float(text).hex()))
    for text in """1 1j j +j -j 1+j 1-j 1+2j -1-2j (1+2j) 1e5j 1e5+1e-5j infj nan+nanj inf-infj 1+ 1j+2 (1 1) ((1)) 1+2 1+2jj
            1_0+1_0j 1.5e3-.5j +1+1j 1++1j 1+-1j - + () J 1+2J nanj 1e 1ej 1e+5j""".split() + ["", " ( 1+2j ) ", "1 + 2j"]:
        def show():
            z = complex(text)
            return z.real.hex() + " " + z.imag.hex()
        emit("zparse", text, "", attempt(show))
    for text in """0x1p0 0x1.8p1 1 1.8 .8 0x.8p+3 -0x1p-1074 0x1p-1075 0x1.8p-1075 0x1p-1076 0x1p1024 0x1.fffffffffffff8p1023
            0x1.fffffffffffff7p1023 0x1.fffffffffffffp1023 inf -Infinity nan 0x 0x. p5 0xp5 1p 1p+ 0x1p0x ab.cd +0xABCDEFp-4
            0x0p99999999999999999999 0x1p99999999999999999999 0x1p-99999999999999999999 0x123456789abcdef0123456789abcdef0123p-7
            0x1.00000000000008p0 0x1.000000000000080000000000000000000001p0 0x1.00000000000018p0 0x1.8.8 0x_1""".split() + [" 0x1 ", "0x1 p0", ""]:
        emit("fromhex", text, "", attempt(lambda: float.fromhex(text).hex()))


main()
