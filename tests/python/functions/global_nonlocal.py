# global and nonlocal at several depths.
x = "module"
def f():
    global x, new
    x = "changed"
    new = 1
f()
print(x, new)
def outer():
    x = "outer"
    def middle():
        def inner():
            nonlocal x
            x = "inner"
        inner()
        return x
    r = middle()
    return r, x
print(outer(), x)
def counter():
    n = 0
    def inc(by=1):
        nonlocal n
        n += by
        return n
    def get(): return n
    return inc, get
inc, get = counter()
inc(); inc(5)
print(get())
def g():
    def h():
        global x
        x = "from h"
    x = "g local"
    h()
    return x
print(g(), x)
class C:
    x = "class"
    def m(self): return x
    y = x
print(C().m(), C.y)
def shadow():
    print(len([1]))
    def inner():
        len = lambda v: "mine"
        return len([1])
    return inner(), len([1])
print(shadow())
for src in ("def f():\n nonlocal zz", "nonlocal a", "def f(a):\n global a", "def f():\n a = 1\n global a", "def f():\n def g():\n  nonlocal q", "def f():\n print(q)\n global q"):
    try:
        compile(src, "s", "exec")
    except SyntaxError as error:
        print(error.msg, error.lineno)
