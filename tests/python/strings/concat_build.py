# Growing strings; aliasing must not show.
s = ""
for i in range(3000): s += str(i % 10)
print(len(s), s[:20], s[-5:], s.count("7"))
a = "start"
b = a
a += " more"
print(a, b)
parts = []
t = "x"
for i in range(5):
    t += "é" if i == 2 else "a"
    parts.append(t)
print(parts)
u = "ab"
v = u + u + u
print(v, v * 2, v[1:3] + v[-1], (v + "c")[6])
d = {}
w = ""
for c in "hello":
    w += c
    d[w] = len(w)
print(d, d["hell"])
x = "q"
x = x + x; x = x + x; x = x + x
print(x, len(x))
def build(n):
    r = ""
    while n:
        r = str(n % 2) + r
        n //= 2
    return r
print(build(1000), int(build(1000), 2))
big = "".join(str(i) for i in range(1000))
print(len(big), big[500:510], hash(big) == hash("".join(map(str, range(1000)))))
lines = ""
for i in range(100): lines += f"line {i}\n"
print(len(lines.splitlines()), lines.split("\n")[50], lines.find("line 77"), lines.replace("line", "L")[:10])
print("a" "b" + "c" * 2 + "" + "d", ("x" * 50)[::7], "-" * 0 == "")
e = "é" * 3 + "a"
e += "€"
print(e, len(e), e[3], e[-1])
