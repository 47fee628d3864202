# Which scope a name belongs to.
x = "global"
def a():
    try:
        print(x)
    except UnboundLocalError as e:
        print(e)
    x = 1
a()
def b():
    for i in []: pass
    try:
        print(i)
    except UnboundLocalError as e:
        print(e)
b()
def c(flag):
    if flag: y = 1
    try:
        return y
    except UnboundLocalError as e:
        return str(e)
print(c(True), c(False))
def d():
    try:
        1 / 0
    except ZeroDivisionError as err: pass
    try:
        err
    except UnboundLocalError as e:
        print(e)
d()
def e():
    import math
    def inner(): return math.pi
    return inner()
print(e())
def f():
    class L: pass
    def g(): return L.__name__
    with open(__file__) as h: pass
    def k(): return h.closed
    return g(), k()
print(f())
def comp():
    r = [x for x in range(3)]
    return x, r
print(comp())
def nested():
    x = "nested"
    def inner():
        return [x for _ in range(1)][0]
    return inner()
print(nested())
def gl():
    global made
    made = "made global"
gl()
print(made)
def loopvar():
    fs = []
    for v in range(3):
        def f(v=v): return v
        fs.append(f)
    return [f() for f in fs], v
print(loopvar())
def star(*args, **kw):
    def inner(): return args, kw
    return inner()
print(star(1, k=2))
def param(x=x): return x
x = "changed"
print(param(), x)
lam = [(lambda: q) for q in range(2)]
print([l() for l in lam])
try:
    undefined_name
except NameError as e:
    print(e)
def dyn():
    exec("z = 5")
    try:
        return z
    except NameError as e:
        return str(e)
print(dyn())
ns = {}
exec("a = 1\ndef f(): return a\nclass C:\n  b = a\nr = f() + C.b", ns)
print(ns["r"])
print([__name__, __file__.endswith(".py"), "__doc__" in globals()])
def recursive_default(n, memo={0: 0, 1: 1}):
    if n not in memo: memo[n] = recursive_default(n - 1) + recursive_default(n - 2)
    return memo[n]
print(recursive_default(60))
