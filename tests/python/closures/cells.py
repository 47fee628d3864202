# Cells are shared, late bound, per activation.
fs = []
for i in range(3):
    def f(): return i
    fs.append(f)
print([f() for f in fs])
def make():
    return [lambda: i for i in range(3)], [lambda i=i: i for i in range(3)]
late, early = make()
print([f() for f in late], [f() for f in early])
def pair():
    value = 0
    def get(): return value
    def put(v):
        nonlocal value
        value = v
    return get, put
g1, p1 = pair()
g2, p2 = pair()
p1(5)
print(g1(), g2())
def f():
    x = 1
    def g(): return x
    x = 2
    return g
print(f()(), f().__closure__[0].cell_contents, f().__code__.co_freevars, f.__code__.co_cellvars)
def unbound():
    def g(): return later
    try:
        g()
    except NameError as error:
        print(type(error).__name__, error)
    later = 1
    return g()
print(unbound())
def args(a, *b, c=3, **d):
    def g():
        nonlocal a
        a += 1
        return a, b, c, d
    return g
g = args(1, 2, z=4)
print(g(), g())
def deep(a):
    def l1(b):
        def l2(c):
            def l3(d): return a + b + c + d
            return l3
        return l2
    return l1
print(deep(1)(2)(3)(4))
def accumulate():
    total = 0
    def add(x):
        nonlocal total
        total += x
        return total
    return add
acc = accumulate()
for i in range(5000): acc(i)
print(acc(0))
class K:
    def m(self):
        def inner(): return __class__.__name__, self.__class__.__name__
        return inner()
class L(K): pass
print(L().m())
