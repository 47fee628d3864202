# Operands, arguments, targets and defaults are evaluated left to right.
def t(x):
    print(x, end=" ")
    return x


def f(*a, **k): return None


class Box(dict):
    def __setitem__(self, k, v):
        print("set", k, end=" ")


f(t(1), *[t(2)], t(3), k=t(4), **{"z": t(5)})
print()
t(1) + t(2) * t(3) - t(4)
print()
{t("k1"): t("v1"), t("k2"): t("v2")}
print()
[t(1), (t(2), t(3)), {t(4)}]
print()
b = Box()
b[t("a")] = b[t("b")] = t("value")
print()
b[t("i")], b[t("j")] = t("x"), t("y")
print()
t([1, 2, 3])[t(0):t(2):t(1)]
print()
t(1) if t(0) else t(2)
print()
t(1) < t(2) < t(3)
print()
f"{t('a')}{t('b'):{t('>')}{t(3)}}"
print()
def g(a=t("d1"), *, b=t("d2")) -> None: pass
print()
class C(t(object), metaclass=t(type)): x = t("body")
print()
def named(name):
    print(name, end=" ")
    return lambda h: print("apply", name, end=" ")
@named("outer")
@named("inner")
def h(): pass
print(end="\n")
b[t("key")] = t("rhs")
x = [0]
x[t(0)] += t(5)
print(x)
print([t(i) for i in (t(1), t(2)) if t(True)])
assert t(True), t("never")
print(t("a") or t("b"), t("") or t("c"), t(0) and t("d"))
del x[t(0)]
