"""Pattern and Match objects: their methods, attributes, texts and errors."""

import copy
import re


def show(f, *args, **kwargs):
    try:
        print(f(*args, **kwargs))
    except Exception as e:
        print(type(e).__name__, e)


# Searching.
p = re.compile(r"(?P<word>[a-z]+)(-)?(?P<digits>\d+)?", re.IGNORECASE)
m = p.search("  Hello-42 world")
print(m, m.span(), m.group(), m.group(1, "digits"), m["word"], m[2])
print(m.groups(), m.groupdict(), m.lastindex, m.lastgroup, m.regs)
print(m.pos, m.endpos, m.string, m.re is p, bool(m))
print(m.start("digits"), m.end("digits"), m.span(2))
m = p.match("abc")
print(m.groups(), m.groups("?"), m.groupdict(default=0), m.span(2), m.lastgroup)
print(p.match("  x"), p.fullmatch("abc-12"), p.fullmatch("abc-12 "))
print(p.search("abc def", 3), p.search("abc def", pos=1, endpos=2), p.match("abc", 5, 2))
print(p.findall("ab-1 cd"), re.findall("b", "abcb"), re.findall("(b)(c)?", "abcb"))
print([m.span() for m in re.finditer("a*", "baac")], re.findall("", "abc"))
print(list(p.finditer("x y", 1)))

# Splitting and replacing.
print(re.split(r"\W+", "a, b;c"), re.split(r"(\W)+", "a, b;c"), re.split("x*", "axbc"))
print(re.split(",", "a,b,c,d", maxsplit=2), re.split("(a)|b", "xaybz"))
print(re.sub("a", "b", "banana"), re.sub("a", "b", "banana", count=2), re.subn("z", "", "abc"))
print(re.sub(r"(?P<x>\w)(\w)", r"\2\g<x>\g<0>\\", "abcd"), re.sub("x*", "-", "abxd"))
print(re.sub("[aeiou]", lambda m: m[0].upper(), "education"), re.sub("(a)|b", r"[\1]", "ab"))
print(m := re.match("(a)(b)?", "a"), m.expand(r"<\1\2>\n"))

# Objects.
print(p, re.compile("a\n" * 3, re.X | re.S | re.A), re.compile(b"x", re.L))
print(p.flags, p.groups, p.groupindex, p.pattern, re.compile("x").flags)
print(re.compile("a") == re.compile("a"), re.compile("a") == re.compile("a", re.I), p == 3)
print(re.compile("a") != re.compile(b"a"), hash(re.compile("q")) == hash(re.compile("q")))
print(copy.copy(p) is p, copy.deepcopy(p) is p, copy.copy(m) is m, re.Pattern[str], re.Match[bytes])
s = re.compile(r"\w").scanner("ab c")
print(s.match(), s.match(), s.match(), s.match(), s.search(), s.pattern)
s = re.compile(r"\w").scanner("ab c")
print([s.search() and s.pattern.pattern for _ in range(5)])

# Bytes.
b = re.compile(rb"(\w+)=(\d+)")
print(b.findall(b"a=1 b=22"), b.sub(rb"\2=\1", bytearray(b"k=5")), b.match(memoryview(b"z=9"))[1])
print(b.split(b"x=1"), b.search(b"\xff\xfea=3").span(), re.findall(rb"[\x80-\xff]+", b"a\x80\xffb"))

# Text outside ASCII.
print(re.findall(r"\w+", "héllo wörld été €5 中文 ß"), re.search("中", "ab中文").span())
print(re.sub("é+", "e", "éétéé"), [m.span() for m in re.finditer("[à-ü]", "aàbüc")])
print(re.match("(?i)STRASSE|ÉTÉ", "été"), re.findall(r"(?i)k", "kK\u212a"), re.findall(r"(?ai)k", "kK\u212a"))
print(re.findall(r"\d", "1٣५x"), re.findall(r"(?a)\w", "aé"), re.split(r"\s", "a\u2003b\x1cc"))

# Lookaround, references, atomic groups, conditions.
print(re.findall(r"(?<=\$)\d+(?!\d|%)", "$12 $34% 5"), re.findall(r"(?<!a)b", "ab bb"))
print(re.findall(r"\b(\w+) \1\b", "the the cat cat sat"), re.search(r"(?i)(a)\1", "xAa"))
print(re.search(r"(?>a+)b", "aaab"), re.search(r"(?>a+)a", "aaa"), re.search(r"a++b|a*+c", "aac"))
print([bool(re.fullmatch(r"(\()?x(?(1)\)|!)", s)) for s in ("(x)", "x!", "(x", "x", "x)")])
print(re.match(r"(?:(a)|(b))*", "abab").groups(), re.match(r"(a*)*", "aa").span(1))
print(re.match(r"(?s:.)(?-i:B)(?x: c )", "\nBc"), re.match(r"(a{2,3}?)(a*)", "aaaa").groups())

# Errors.
show(p.match, 3)
show(p.match, b"x")
show(b.match, "x")
show(m.group, 7)
show(m.group, "none")
show(lambda: m[None])
show(m.start, -1)
show(p.sub, 3, "x")
show(re.sub, "a", lambda m: 1, "xa")
show(re.sub, "a", r"\1", "a")
show(re.compile, "(")
show(re.compile, "a**")
show(re.compile, r"(?P<a>x)(?P<a>y)")
show(re.compile, r"(?<=a*)b")
show(re.compile, "[b-a]")
show(re.compile, "x", 1 << 40)
show(p.match, "x", "y")
show(type(p))
show(type(m))
