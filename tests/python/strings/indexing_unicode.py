# Indexing, slicing and length count code points.
s = "aé€😀z"
print(len(s), s[0], s[1], s[2], s[3], s[-1], s[1:4], s[::-1], s[::2], s[-2:], s[10:], list(s))
print(s.find("😀"), s.index("z"), s.encode(), len(s.encode()), [ord(c) for c in s], "".join(map(chr, [97, 233, 8364, 128512])))
print(s.upper(), s.center(9, "é"), s.replace("€", "$"), "😀" in s, s.split("€"), s.partition("é"))
for i in (5, -6):
    try:
        s[i]
    except IndexError as e:
        print(e)
t = "x" * 1000 + "é" + "y" * 1000
print(len(t), t[1000], t[1001], t[999:1002], t.find("é"), t.rfind("x"), t.count("y"))
u = "日本語テキスト" * 100
print(len(u), u[350:355], u.count("本"), u.find("テ", 10), u[::-100], u.index("ト", 300))
print("\ud800".encode("utf-8", "surrogatepass"), len("\ud800\udc00"), ascii("\ud83d\ude00"), "\ud800" == "\ud800", "a\udcffb".encode("utf-8", "surrogateescape"))
try:
    "\ud800".encode()
except UnicodeEncodeError as e:
    print(e)
print("é" == "e\u0301", len("e\u0301"), "é" < "f", "z" < "é", sorted(["é", "e", "z", "a", "😀", "€"]))
print(ascii("é\n\u1234\U00012345"), repr("é\u200b\ue000\U000e0001"), chr(0x10ffff).encode(), "\x7f".isprintable())
total = 0
for c in u: total += ord(c)
print(total, max(u), min(u), len(set(u)))
print(s == "a\xe9\u20ac\U0001f600z", hash(s) == hash("".join(list(s))), {s: 1}["aé€😀" + "z"])
