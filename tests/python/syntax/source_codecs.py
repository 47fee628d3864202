"""Sources in encodings that only Python's codecs know."""
for src in (
    b'# -*- coding: cp1251 -*-\nPython = "\xcf\xb3\xf2\xee\xed"; print(ascii(Python))',
    b"# coding: iso8859-7\nprint(ascii('\xe1'))",
    b'# -*- coding: cp1251 -*-\nPython = "\xcf\xb3\xf2\xee\xed" +',
    b"# -*- coding: iso8859-7 -*-\n\xe1 = 0xI",
    b"\xef\xbb\xbf#coding: utf8\nprint('\xe6\x88\x91')\n",
    b"#coding: nope\nx",
):
    try:
        exec(compile(src, "<f>", "exec"))
    except SyntaxError as e:
        print(e.msg, ascii(e.text.rstrip("\n")) if e.lineno else None)
