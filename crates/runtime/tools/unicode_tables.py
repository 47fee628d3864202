"""Writes crate runtime's Unicode tables, from what CPython's str methods say.

    python3.14 unicode_tables.py ../src/unicode

gives `data.rs` (records and special cases) and `trie.bin`: 8704 block numbers (u16, little
endian), then the blocks of 128 record numbers (u8). Run it again for a new Unicode version.
"""
import _sre
import sys
import unicodedata
from fractions import Fraction

FLAGS = ["ALPHA", "SPACE", "LINE_BREAK", "LOWER", "UPPER", "TITLE", "CASE_IGNORABLE", "PRINTABLE", "XID_START",
         "XID_CONTINUE", "DECIMAL", "DIGIT", "NUMERIC", "SPECIAL_UPPER", "SPECIAL_TITLE", "SPECIAL_FOLD"]
CATEGORIES = "Cn Lu Ll Lt Lm Lo Mn Mc Me Nd Nl No Pc Pd Ps Pe Pi Pf Po Sm Sc Sk So Zs Zl Zp Cc Cf Cs Co".split()
KINDS = ["upper", "title", "lower", "fold"]


def case_ignorable(c):
    after = ("A" + c + "\u03a3").lower()[-1] == "\u03c2"
    alone = (c + "\u03a3").lower()[-1] == "\u03c2"
    return after and not alone


def flags(c, special):
    tests = [c.isalpha(), c.isspace(), len(("a" + c + "a").splitlines()) > 1, c.islower(), c.isupper(),
             unicodedata.category(c) == "Lt", case_ignorable(c), c.isprintable(), c.isidentifier(),
             ("a" + c).isidentifier(), c.isdecimal(), c.isdigit(), c.isnumeric(),
             "upper" in special, "title" in special, "fold" in special]
    return sum(1 << i for i, test in enumerate(tests) if test)


def rows(items, per_line, indent="    "):
    items = list(items)
    return "\n".join(indent + " ".join(x + "," for x in items[i:i + per_line]) for i in range(0, len(items), per_line))


def main(folder):
    records, numbers, special, numeric, values = {}, [], [], [], {}
    for code in range(0x110000):
        c = chr(code)
        lower = _sre.unicode_tolower(code)
        full = {"upper": c.upper(), "title": c.title(), "lower": c.lower(), "fold": c.casefold()}
        mine = {}
        if full["lower"] != chr(lower):
            mine["lower"] = full["lower"]
        if full["fold"] != full["lower"]:
            mine["fold"] = full["fold"]
        for kind in ("upper", "title"):
            if len(full[kind]) > 1:
                mine[kind] = full[kind]
        for kind, text in mine.items():
            special.append((KINDS.index(kind), code, [ord(x) for x in text]))
        deltas = [0 if kind in mine else ord(full[kind]) - code for kind in ("upper", "title")] + [lower - code]
        if c.isnumeric():
            value = Fraction(unicodedata.numeric(c)).limit_denominator(1000)
            assert float(value) == unicodedata.numeric(c), c
            index = values.setdefault(value, len(values))
            numeric.append(code << 8 | index)
            assert value == unicodedata.digit(c, value) == unicodedata.decimal(c, value)
        key = (flags(c, mine), CATEGORIES.index(unicodedata.category(c)), *deltas)
        numbers.append(records.setdefault(key, len(records)))
    assert len(values) <= 256 and len(records) <= 256
    blocks, stage1 = {}, []
    for start in range(0, 0x110000, 128):
        stage1.append(blocks.setdefault(tuple(numbers[start:start + 128]), len(blocks)))
    with open(folder + "/trie.bin", "wb") as f:
        for n in stage1:
            f.write(n.to_bytes(2, "little"))
        for block in blocks:
            f.write(bytes(block))
    special.sort()
    with open(folder + "/data.rs", "w") as f:
        write(f, records, special, numeric, values)
    print(len(records), "records", len(blocks), "blocks", len(special), "special", len(numeric), "numeric")


def write(f, records, special, numeric, values):
    f.write("//! Written by `tools/unicode_tables.py`: do not edit.\n\n")
    f.write("use super::tables::Record;\n\n/// Version of the Unicode database.\n")
    f.write("pub const VERSION: &str = \"%s\";\n\n" % unicodedata.unidata_version)
    for i, name in enumerate(FLAGS):
        f.write("pub(super) const %s: u16 = 1 << %d;\n" % (name, i))
    f.write("\n/// Names of the general categories.\n#[rustfmt::skip]\n")
    f.write("pub(super) static CATEGORIES: [&str; %d] = [\n%s\n];\n" % (len(CATEGORIES), rows(('"%s"' % x for x in CATEGORIES), 15)))
    f.write("\n/// Properties: flags, category, distance to upper, title and lower case.\n#[rustfmt::skip]\n")
    f.write("pub(super) static RECORDS: [Record; %d] = [\n" % len(records))
    f.write(rows(("r(%d, %d, %d, %d, %d)" % key for key in records), 5) + "\n];\n\n")
    f.write("const fn r(flags: u16, category: u8, upper: i32, title: i32, lower: i32) -> Record {\n")
    f.write("    Record { flags, category, upper, title, lower }\n}\n\n")
    f.write("/// Mappings that depend on more than a distance: kind << 24 | character, and what it becomes.\n#[rustfmt::skip]\n")
    f.write("pub(super) static SPECIAL: [(u32, [u32; 3]); %d] = [\n" % len(special))
    f.write(rows(("(0x%x, [%s])" % (kind << 24 | code, ", ".join("0x%x" % x for x in (text + [0, 0])[:3])) for kind, code, text in special), 3) + "\n];\n\n")
    f.write("/// Characters with a numeric value: character << 8 | index.\n#[rustfmt::skip]\n")
    f.write("pub(super) static NUMERIC_CHARS: [u32; %d] = [\n%s\n];\n\n" % (len(numeric), rows(("0x%x" % x for x in numeric), 10)))
    f.write("/// Their values: numerator and denominator.\n#[rustfmt::skip]\n")
    f.write("pub(super) static VALUES: [(i64, i64); %d] = [\n%s\n];\n" % (len(values), rows(("(%d, %d)" % (v.numerator, v.denominator) for v in values), 8)))


main(sys.argv[1])
