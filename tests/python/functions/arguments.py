# Every way to pass arguments, and every complaint.
def f(a, b=2, *args, c, d=4, **kw):
    return a, b, args, c, d, kw


print(f(1, c=3), f(1, 5, 6, 7, c=8, e=9), f(c=1, a=2), f(*[1, 2, 3], c=4, **{"d": 5, "x": 6}))


def g(a, b, /, c, d=10, *, e=20):
    return a, b, c, d, e


print(g(1, 2, 3), g(1, 2, c=3, e=4), g(1, 2, 3, 4, e=5))


def pos(x, /, **kw): return x, kw
print(pos(1, x=2))
def only_kw(*, k): return k
print(only_kw(k=1))
def none(): return "none"
def stars(*a, **k): return a, k
print(none(), stars(), stars(1, *[2], 3, *(4, 5), k=1, **{"z": 2}, **{"y": 3}))
def dflt(a=1, b=[]):
    b.append(a)
    return b
print(dflt(), dflt(2), dflt(3, []), dflt.__defaults__)

calls = [
    lambda: f(), lambda: f(1), lambda: f(1, 2, a=3, c=1), lambda: f(1, c=1, c2=2, **{"c2": 1}),
    lambda: g(1), lambda: g(1, 2), lambda: g(a=1, b=2, c=3), lambda: g(1, 2, 3, 4, 5), lambda: g(1, 2, 3, z=1),
    lambda: none(1), lambda: none(1, 2), lambda: none(x=1), lambda: only_kw(), lambda: only_kw(1), lambda: only_kw(1, k=2),
    lambda: pos(), lambda: pos(x=1), lambda: stars(*5), lambda: stars(**5), lambda: stars(**{1: 2}),
    lambda: dflt(1, 2, 3), lambda: (lambda x: x)(), lambda: (lambda x, y, z: x)(1), lambda: (lambda *, a, b, c: 1)(),
    lambda: stars(*None), lambda: stars(**[]), lambda: stars(k=1, **{"k": 2}),
]
for call in calls:
    try:
        print(call())
    except TypeError as error:
        print(error)
