# Boxed numbers and text under allocation pressure.
words = [f"w{i}" for i in range(1000)]
joined = ",".join(words)
print(len(joined), joined.split(",")[777], hash(joined) == hash(",".join(joined.split(","))))
bigs = [3 ** i for i in range(200)]
junk = [2 ** 100 + i for i in range(2000)]
print(sum(bigs) == (3 ** 200 - 1) // 2, junk[5] - 2 ** 100, bigs[150] // bigs[149])
floats = [float(i) * 1e300 * 1e-300 for i in range(500)] + [1e-310 * i for i in range(10)] + [-0.0, float("inf")]
junk = [x * 1.5e-320 for x in range(1000)]
print(sum(floats[:500]), floats[505], floats[-2:], junk[3])
cs = [complex(i, -i) for i in range(500)]
print(sum(cs))
s = ""
pieces = []
for i in range(1500):
    s += str(i)
    if i % 100 == 0: pieces.append(s)
print(len(s), [len(p) for p in pieces], pieces[3] == s[: len(pieces[3])])
subs = [joined[i : i + 20] for i in range(0, 3000, 7)]
joined = None
junk = ["x" * i for i in range(300)]
print(len(subs), subs[10], sum(x.count("w") for x in subs))
b = [bytes([i % 256]) * 10 for i in range(500)]
print(b[300], b"".join(b).count(b"\x05"), sum(map(len, b)))
d = {str(i) + "k": (i, 2.0 ** (i % 1000)) for i in range(1000)}
d2 = {k: v for k, v in d.items() if k.startswith("9")}
print(len(d2), d2["999k"], sum(v[0] for v in d.values()))
fs = [f"{i}{'é' * (i % 3)}" for i in range(600)]
print(sum(len(x) for x in fs), "".join(fs).count("é"), fs[5][::-1], sorted(fs)[3])
r = [range(i, i + 3) for i in range(300)]
sl = [slice(i, i + 2) for i in range(300)]
print(sum(sum(x) for x in r), sl[7], len([fs[x] for x in sl]))
