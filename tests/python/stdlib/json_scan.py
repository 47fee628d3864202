"""Reading JSON: values, hooks, positions of errors; quoting."""

import json
from json import JSONDecodeError
from json.decoder import scanstring


def show(f, *args, **kwargs):
    try:
        print(ascii(f(*args, **kwargs)))
    except JSONDecodeError as e:
        print("JSONDecodeError", e, e.pos, e.lineno, e.colno)
    except Exception as e:
        print(type(e).__name__, e)


DOCUMENTS = """
null|true|false|NaN|-Infinity|Infinity|0|-0|12|-3.5|1e3|2E-2|1.5e+10|123456789012345678901234567890
"a\\"b\\\\\\/\\b\\f\\n\\r\\t"|"\\u00e9\\ud83d\\ude00\\ud800"|"é中😀"|[]|{}|[1, [2, {"a": []}]]| { "k" : [ 1 , 2 ] } 
{"a": 1, "a": 2}|[1,]|{"a":1,}|{,}|[,]|{"a" 1}|{"a":}|[1 2]|{1: 2}|"abc|"\\x"|"\\u12g4"|nul|01|1.|-|.5|+1|[|{|{"a"|[1|1 2||"é" x
""".strip()

for text in DOCUMENTS.replace("\n", "|").split("|"):
    show(json.loads, text)
show(json.loads, '"a\x01b"')
show(json.loads, '"a\x01b"', strict=False)
show(json.loads, '{"a": [1.5, 2]}', parse_float=str, parse_int=lambda s: s + "!")
show(json.loads, "[NaN, -Infinity]", parse_constant=lambda s: s.lower())
show(json.loads, '{"b": 1, "a": {}}', object_pairs_hook=list)
show(json.loads, '{"b": 1, "a": {}}', object_hook=lambda d: sorted(d))
show(json.loads, "[" * 20 + "]" * 20)
show(json.loads, '\n["é",\n  "中" oops]')
show(json.JSONDecoder().raw_decode, '[1] tail')
show(json.JSONDecoder().raw_decode, 'xx', 1)
for args in [('é"x', 0), ('\\ud83dx\\u0041"', 0), ("abc", 0), ('"', 5), ("a\\", 0), ("\\u123", 0), (b"x", 0)]:
    show(scanstring, *args)
d = json.loads('[{"key": 1}, {"key": 2}]')
print([next(iter(x)) is next(iter(d[0])) for x in d])
s = 'a"\\\n\x7f\x00é\U0001f600\ud800/\b\t'
show(json.dumps, s)
show(json.dumps, s, ensure_ascii=False)
show(json.dumps, {"a": [1, None, {"é": 1.5}], "b": "x"}, indent=1, sort_keys=True)
