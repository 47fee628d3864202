"""Records what CPython's strings do, for the tests of crate runtime's unicode.

    python3.14 text_vectors.py > ../testdata/text.txt

First digests of character properties, then cases: operation and arguments and result, separated
by tabs; texts as hexadecimal WTF-8, errors as ! start end reason.
"""
import _sre
import codecs
import random
import unicodedata
import warnings
from fractions import Fraction

R = random.Random(16)
MASK = (1 << 64) - 1


def fnv(values):
    h = 0xCBF29CE484222325
    for v in values:
        h = ((h ^ v) * 0x100000001B3) & MASK
    return "%016x" % h


def chars():
    return map(chr, range(0x110000))


def mapped(f):
    for c in chars():
        for x in f(c):
            yield ord(x)


def properties():
    for name in "isalpha isalnum isdecimal isdigit isnumeric isspace islower isupper istitle isprintable isidentifier".split():
        print(name + "\t" + fnv(int(getattr(c, name)()) for c in chars()))
    print("continue\t" + fnv(int(("a" + c).isidentifier()) for c in chars()))
    print("linebreak\t" + fnv(int(len(("a" + c + "a").splitlines()) > 1) for c in chars()))
    for name in "upper lower title casefold".split():
        print(name + "\t" + fnv(mapped(getattr(str, name))))
    print("simple_lower\t" + fnv(_sre.unicode_tolower(i) for i in range(0x110000)))
    print("category\t" + fnv(x for c in chars() for x in unicodedata.category(c).encode()))
    print("digit\t" + fnv(unicodedata.digit(c, 99) for c in chars()))
    print("decimal\t" + fnv(unicodedata.decimal(c, 99) for c in chars()))

    def value(c):
        v = Fraction(unicodedata.numeric(c)).limit_denominator(1000)
        return [v.numerator & MASK, v.denominator]
    print("numeric\t" + fnv(x for c in chars() if c.isnumeric() for x in value(c)))


def h(x):
    if isinstance(x, str):
        x = x.encode("utf-8", "surrogatepass")
    return x.hex()


POOL = ["a", "b", "A", "B", "z", "Z", "0", "9", " ", "\t", "\n", "\r", "'", '"', "\\", "\x1c", "\x7f", "\x85", "\xa0", "é", "É",
        "ß", "ŉ", "İ", "ı", "σ", "Σ", "ς", "ǅ", "Ǆ", "ǆ", "ﬁ", "ᾳ", "ᾼ", "ΐ", "٣", "²", "½", "\u2028", "\u3000", "中", "\u0301",
        "\u02b0", "\xad", "\ud800", "\udc80", "\udfff", "😀", "𝒜", "\U00010400", "\U00010428", "Ꭰ", "ꭰ", "ẞ", "-", "+", ".", "_"]


def text(n=12, pool=POOL):
    return "".join(R.choice(pool) for _ in range(R.randrange(n)))


def case(name, args, result):
    if isinstance(result, list):
        result = ",".join("[" + h(x) + "]" for x in result)
    elif isinstance(result, (str, bytes)):
        result = h(result)
    elif isinstance(result, bool):
        result = str(int(result))
    print("\t".join([name, *(str(a) if isinstance(a, int) else h(a) for a in args), str(result)]))


def codec(name, f, *args):
    try:
        result = f()
    except UnicodeError as e:
        print("\t".join([name, *args, "!%d %d %s" % (e.start, e.end, e.reason)]))
    else:
        print("\t".join([name, *args, h(result)]))


def main():
    properties()
    for _ in range(110):
        s = text()
        for name in "upper lower title capitalize swapcase casefold".split():
            case(name, [s], getattr(s, name)())
        case("repr", [s], repr(s))
        case("ascii", [s], ascii(s))
    for _ in range(60):
        s = text(6)
        case("is", [s], "".join(str(int(getattr(s, name)())) for name in "islower isupper istitle isspace isalnum isidentifier isprintable".split()))
        b = bytes(R.randrange(256) for _ in range(R.randrange(8)))
        case("brepr", [b], repr(b))
    small = ["a", "b", "ab", "é", " ", "\t", "\n", "\r", "\r\n", "\u3000", "\x1c", "😀", "\ud800"]
    for _ in range(70):
        s, n = text(14, small), R.choice([0, 1, 2, 99])
        sep = R.choice(["a", "b", "ab", "é", "ba", "😀", " "])
        case("split", [s, sep, n], s.split(sep, n))
        case("rsplit", [s, sep, n], s.rsplit(sep, n))
        case("words", [s, n], s.split(None, n))
        case("rwords", [s, n], s.rsplit(None, n))
        keep = R.randrange(2)
        case("lines", [s, keep], s.splitlines(bool(keep)))
        old = R.choice(["", sep])
        case("replace", [s, old, "xé", n], s.replace(old, "xé", n))
        case("count", [s, old], s.count(old))
        case("strip", [s], s.strip())
        chosen = R.choice(["a", "é ", "😀ab", ""])
        case("lstripset", [s, chosen], s.lstrip(chosen))
        case("rstripset", [s, chosen], s.rstrip(chosen))
        case("tabs", [s, n], s.expandtabs(n))
        case("center", [s, 17], s.center(17, "é"))
        case("zfill", ["-" * (n & 1) + s, 15], ("-" * (n & 1) + s).zfill(15))
        b = s.encode("utf-8", "replace")
        case("bwords", [b, n], b.split(None, n))
        case("blines", [b, keep], b.splitlines(bool(keep)))
        case("bstrip", [b], b.strip())
        case("breplace", [b, b"", b"-", n], b.replace(b"", b"-", n))
    handlers = "strict ignore replace backslashreplace surrogateescape surrogatepass xmlcharrefreplace".split()
    encodings = "utf-8 utf-16 utf-16-le utf-16-be utf-32 utf-32-le utf-32-be latin-1 ascii".split()
    for _ in range(350):
        s = text(6, ["a", "é", "€", "😀", "\ud800", "\udc80", "\udcff"])
        e, p = R.choice(encodings), R.choice(handlers)
        codec("encode", lambda: s.encode(e, p), h(s), e, p)
    bad = [b"a", b"\xc3\xa9", b"\xe2\x82\xac", b"\xf0\x9f\x98\x80", b"\xed\xa0\x80", b"\xff", b"\x80", b"\xc0\x80", b"\xf4\x90",
           b"\xe0\x80", b"\xf0\x9f", b"\xc3", b"\x00\xd8", b"\x00\xdc", b"\x00", b"\xff\xfe", b"\xfe\xff", b"\xd8\x00", b"\x11\x00", b"\xed"]
    for _ in range(600):
        b = b"".join(R.choice(bad) for _ in range(R.randrange(6)))
        e, p = R.choice(encodings + ["utf-8"] * 9), R.choice(handlers[:-1])
        codec("decode", lambda: b.decode(e, p), h(b), e, p)
    warnings.simplefilter("ignore")
    pieces = [b"a", b"\\", b"\\", b"\\x", b"\\u", b"\\U", b"\\N", b"{DIGIT ONE}", b"{", b"}", b"4", b"41", b"0041", b"00", b"1", b"7",
              b"n", b"\n", b"q", b"'", b"\xe9", b"g", b"d800"]
    for _ in range(250):
        b = b"".join(R.choice(pieces) for _ in range(R.randrange(8)))
        for e in "unicode_escape", "raw_unicode_escape":
            p = R.choice(handlers[:-1])
            codec("decode", lambda: b.decode(e, p), h(b), e, p)
        p = R.choice(["strict", "replace", "ignore"])
        try:
            result = h(codecs.escape_decode(b, p)[0])
        except ValueError as e:
            result = "!" + str(e)
        print("\t".join(["bescape", h(b), p, result]))
    for _ in range(40):
        s = text()
        case("escape", [s], s.encode("unicode_escape"))
        case("rawescape", [s], s.encode("raw_unicode_escape"))
        codec("encode", lambda: s.encode("cp1252", "backslashreplace"), h(s), "cp1252", "backslashreplace")
        codec("encode", lambda: s.encode("cp1252"), h(s), "cp1252", "strict")


main()
