# Strings.
s = "hello"
print(s + " world", s * 2, len(s), s[0], s[-1], s[1:3], s.upper(), "ell" in s)
print(s.replace("l", "L"), ",".join(["a", "b"]), "a b".split(), s.find("l"))
