# Lists whose element types change, with reads in between.
l = [1, 2, 3]
l.append(2.5); print(l, sum(l))
l[0] = "s"; print(l)
f = [1.0, 2.0]
f.append(3); print(f, sum(f))
f[0] = 1 << 80; print(f)
i = [1] * 4
i[2] = 1 << 62; print(i, sum(i), i[2] + 1)
i[2] = (1 << 62) - 1; print(i)
b = [True, False] * 3
b[1] = 5; print(b, b.count(True), b.index(5))
e = []
e.append(1); e.append(None); e.append("x"); e.append(1.0); print(e, e.count(1))
e.clear(); e.extend([1.5, 2.5]); e.insert(0, "a"); print(e)
m = [0.0, -0.0, float("inf"), float("nan"), 5e-324, 1e308]
print(m, [str(x) for x in m], m[1] is m[1], m.index(float("inf")))
print([1, 2.0] == [1.0, 2], [True] == [1], [0.0] == [-0.0], [1] + [2.0], [1.0] + [1], [1, 2][:1] + ["x"])
def fill(n, mk):
    out = []
    for k in range(n): out.append(mk(k))
    return out
for mk in (lambda k: k, lambda k: k / 2, lambda k: k if k < 500 else float(k), lambda k: None if k == 700 else k, lambda k: str(k), lambda k: k << 60, lambda k: bool(k % 2)):
    r = fill(1000, mk)
    print(r[0], r[499], r[500], r[700], r[-1], len(r), type(r[999]).__name__)
t = 0
mixed = [1, 2.5, 3, 4.25] * 500
for x in mixed: t += x
print(t)
for k in range(len(mixed)): mixed[k] = k
print(sum(mixed), mixed[:4])
swap = [1, "two", 3.0]
swap[0], swap[2] = swap[2], swap[0]
print(swap, swap.sort(key=str), swap)
