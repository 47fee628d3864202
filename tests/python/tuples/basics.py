# Tuples.
t = (1, "a", 2.5)
print(t, t[0], t[-1], t[1:], len(t), t + (4,), t * 2, "a" in t, t.index("a"), t.count(1), t == (1, "a", 2.5), (), (1,), tuple("ab"), tuple([1]), tuple(), hash(t) == hash((1, "a", 2.5)))
print((1, 2) < (1, 3), (1, 2) < (1, 2, 0), (2,) > (1, 9), () < (1,), (1, "a") == (1.0, "a"), (1, 2) != [1, 2], max((1, 2), (1, 3)), sorted([(2, "b"), (1, "z"), (1, "a")]))
a, b = b, a = 1, 2
print(a, b)
d = {(1, 2): "x", (): "empty", ((1,), 2): "nested"}
print(d[1, 2], d[()], d[(1,), 2], (1, 2) in d, (1.0, 2) in d)
for f in (lambda: t[5], lambda: t.index(9), lambda: t + [1], lambda: t["a"], lambda: setattr(t, "x", 1), lambda: t.__setitem__, lambda: hash(([],)), lambda: (1, 2) < (1, "a"), lambda: tuple(1), lambda: t * "a", lambda: t.index(1, 1)):
    try:
        print(f())
    except (IndexError, ValueError, TypeError, AttributeError) as e:
        print(type(e).__name__, e)
l = []
t2 = (l, 1)
l.append(2)
print(t2, t2 == t2 + (), (1, 2, 3)[::-1], (*"ab", *[1]), [*(), *(1,)], sum((1, 2, 3)), repr(((),)), str((1,)), (lambda *a: a)(*t))
def many(): return 1, 2, 3
x, *y = many()
print(x, y, many()[1], (many(), many())[0])
total = 0
for i in range(2000):
    p = (i, i + 1)
    q, r = p
    total += r * 2 - q
print(total, hash((1, 2, 3)) == hash((1.0, 2, 3)), hash(()) == hash(tuple()), (1, (2, (3,)))[1][1][0])
