# The Unicode character database.
import unicodedata as u

for c in ["a", "É", "½", "٣", "₉", "\u0301", "ﬁ", "가", "각", "中", "☃", "\u200f", "\U0001f642", "\ud800", "\uffff"]:
    print(ascii(c), u.name(c, None), u.category(c), repr(u.bidirectional(c)), u.combining(c), u.mirrored(c),
          u.east_asian_width(c), u.decomposition(c), u.decimal(c, None), u.digit(c, None), u.numeric(c, None))
for name in ["SNOWMAN", "snowman", "LF", "LATIN SMALL LETTER R WITH TILDE", "HANGUL SYLLABLE GAG",
             "CJK UNIFIED IDEOGRAPH-4E2D", "TANGUT IDEOGRAPH-17000", "NO SUCH NAME", "SNOW MAN", "x" * 300]:
    try:
        print(ascii(u.lookup(name)))
    except KeyError as e:
        print("KeyError", e)
for text in ["e\u0301", "\u212b\u1e9b\u0323", "ﬁ①ｶﾞ", "각", "q\u0307\u0323", "\u1100\u1161\u11a8", "plain"]:
    for form in ["NFC", "NFD", "NFKC", "NFKD"]:
        print(form, ascii(u.normalize(form, text)), u.is_normalized(form, text), end="; ")
    print()
old = u.ucd_3_2_0
print(u.unidata_version, old.unidata_version, old.category("\u0221"), u.category("\u0221"), old.name("☃"),
      old.name("\U0001f642", None), old.numeric("\u4e00", None), ascii(old.normalize("NFD", "\U0002f868")))
for f in [lambda: u.decimal("a"), lambda: u.name("\n"), lambda: u.category("ab"), lambda: u.digit(5),
          lambda: u.normalize("X", "a"), lambda: u.UCD()]:
    try:
        print(f())
    except (TypeError, ValueError) as e:
        print(type(e).__name__, e)
