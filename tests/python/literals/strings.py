# Prefixes, escapes, concatenation, continuation.
print('a' "b" '''c''' """d""")
print("tab\there", 'quote\'s', "dq\"x", "back\\slash", "nl\\n")
print(r"raw\n\t", R'\'', rb"\x00", bR'\d')
print("\x41\u0042\U00000043\101\7".encode())
print("\N{GREEK SMALL LETTER ALPHA}\N{BULLET}", "\u00e9\u4e2d\U0001f600")
print("line \
continued")
print("""triple
  "quoted" with '''inside'''
end""")
print(('implicit '
       'concatenation'
       " over lines"))
print(b"bytes\x00\xff\n\'", b'a' b"b")
print(len("\n"), len(r"\n"), len(""), len('\''), len("\\"))
print(u"unicode", U'prefix')
print(repr("\a\b\f\v\r\0\x1b\x7f\x80\xa0\xad"))
