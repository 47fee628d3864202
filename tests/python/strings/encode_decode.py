# Encodings and error handlers.
s = "aé€😀"
for enc in ("utf-8", "utf-16-le", "utf-16-be", "utf-32-le", "utf-8-sig", "unicode_escape", "raw_unicode_escape"):
    print(enc, s.encode(enc), s.encode(enc).decode(enc) == s)
for handler in ("ignore", "replace", "backslashreplace", "xmlcharrefreplace", "namereplace"):
    print(handler, s.encode("ascii", handler), s.encode("latin-1", handler))
data = b"a\xff\xe2\x82z\xf0\x9f"
for handler in ("ignore", "replace", "backslashreplace", "surrogateescape"):
    print(handler, ascii(data.decode("utf-8", handler)))
for f in (lambda: s.encode("ascii"), lambda: s.encode("latin-1"), lambda: data.decode(), lambda: b"\xff".decode("ascii"), lambda: b"\xc0\x80".decode(), lambda: b"\xed\xa0\x80".decode(), lambda: "x".encode("rot99"), lambda: b"x".decode("utf-8", "nope") + b"\xff".decode("utf-8", "nope"), lambda: b"abc".decode("utf-16"), lambda: b"\xe9a".decode(), lambda: b"\xf5".decode(), lambda: b"\xe2\x82".decode()):
    try:
        print(ascii(f()))
    except (UnicodeError, LookupError) as e:
        print(type(e).__name__, e)
print(b"\xe9".decode("latin-1"), "é".encode("cp1252"), b"\x80".decode("cp1252"), "abc".encode("UTF8"), "abc".encode("U8"), b"a".decode("us-ascii"), str(b"abc", "ascii"), str(b"\xff", "latin1"), str(b"x"), bytes("é", "utf-8"), bytes("é", encoding="latin-1"))
print(data.decode("utf-8", "surrogateescape").encode("utf-8", "surrogateescape") == data, "\u00df".encode("idna") if False else "", "a".encode("utf-16")[:2] in (b"\xff\xfe", b"\xfe\xff"))
