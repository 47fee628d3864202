# del of names, items, slices, attributes.
x = 1
del x
try:
    x
except NameError as error:
    print(error)
d = {1: 2, 3: 4}
del d[1]
l = list(range(10))
del l[0], l[-1], l[2:4], l[::3]
print(d, l)
class C: attr = 1
c = C()
c.y = 5
del c.y
try:
    c.y
except AttributeError as error:
    print(error)
try:
    del c.attr
except AttributeError as error:
    print(error)
del C.attr
print(hasattr(C, "attr"))
def f():
    a = 1
    del a
    try:
        a
    except UnboundLocalError as error:
        print(error)
    try:
        del a
    except UnboundLocalError as error:
        print(error)
f()
a, b, c = 1, 2, 3
del (a, b), [c]
print("a" in globals(), "b" in globals(), "c" in globals())
for code in ("del d[99]", "del l[99]", "del undefined", "del (1, 2)[0]", "del 'abc'[0]"):
    try:
        exec(code)
    except (KeyError, IndexError, NameError, TypeError) as error:
        print(type(error).__name__, error)
def outer():
    v = 1
    def inner(): return v
    print(inner())
    del v
    try:
        inner()
    except NameError as error:
        print(error)
outer()
