# Character classes over ASCII and beyond.
samples = ["", "abc", "ABC", "aBc", "123", "a1", "Title Case", "title", " \t\n", "½", "²", "٣", "Ⅷ", "é", "ß", "ǅ", "一", "\x00", "a b", "_", "α", "\u00a0", "𝔘", "🎉"]
for s in samples:
    print(ascii(s), s.isalpha(), s.isdigit(), s.isdecimal(), s.isnumeric(), s.isalnum(), s.isspace(), s.isupper(), s.islower(), s.istitle(), s.isprintable(), s.isascii(), s.isidentifier())
