# json and re.
import json, re
d = {"a": [1, 2.5, None, True, "é\n\"q\""], "b": {"n": {}}, "1": []}
t = json.dumps(d)
print(t, json.loads(t) == d, json.dumps(d, indent=2, sort_keys=True), json.dumps("é", ensure_ascii=False), json.dumps([1, 2], separators=(",", ":")), json.loads('[1e3, -0.5, "\\u00e9\\ud83d\\ude00"]'), json.dumps({1: 2, None: 3, True: 4}), json.dumps(float("inf")), json.loads("NaN") != 0)
for bad in ('{"a": }', "[1,]", "", "nul", '{"a" 1}', '"\\x"', "[1 2]", '"unterminated', "{'a': 1}"):
    try:
        json.loads(bad)
    except json.JSONDecodeError as e:
        print(e)
try:
    json.dumps({1, 2})
except TypeError as e:
    print(e)
print(json.dumps({"x": 1j}, default=str), json.loads('{"a": 1}', object_pairs_hook=list), json.loads("1.5", parse_float=str))
print(re.findall(r"\d+", "a1b22c333"), re.match(r"(\w+)-(\w+)", "ab-cd ef").groups(), re.search(r"b+", "aabbb").span(), re.sub(r"(\w)(\d)", r"\2\1", "a1 b2"), re.split(r"[,;]\s*", "a, b;c"), re.fullmatch(r"a*", "aaa") is not None, re.match("x", "y"))
m = re.compile(r"(?P<year>\d{4})-(?P<month>\d\d)", re.I).search("on 2024-05-06")
print(m.group("year"), m["month"], m.groupdict(), m.start(), m.end(2), m.group(0), m.groups(), m.lastgroup, m.re.pattern)
print(re.sub(r"\d", lambda k: str(int(k.group()) * 2), "1a2"), re.findall(r"(a)(b)?", "ab a"), re.split(r"(-)", "a-b"), [x.group() for x in re.finditer(r"\b\w", "the cat")], re.escape("a.b*c"), re.subn("a", "b", "aaa", count=2), re.findall(r"(?i)AB", "abAB"), re.findall(r"^\w", "a\nb", re.M), re.findall(r"a.b", "a\nb", re.S), re.sub(r"(?<=a)b(?!c)", "X", "abab abc"), re.match(r"(a|b)*?c", "abac").group(), re.findall(r"(\w)\1", "aabbcd"))
for bad in ("(", "*a", "[a", "a{2,1}", r"\1", "(?P<n>a)(?P<n>b)", "(?<=a*)b"):
    try:
        re.compile(bad)
    except re.error as e:
        print(e)
