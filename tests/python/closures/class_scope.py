# Class bodies do not enclose functions, but closures reach through them.
x = "global"
def f():
    x = "local"
    class C:
        y = x
        x = "class"
        z = x
        def m(self): return x
        l = [x for _ in range(1)]
        k = (lambda: x)()
    return C.y if hasattr(C, "y") else None, C.z, C().m(), C.l, C.k
try:
    print(f())
except NameError as error:
    print(type(error).__name__, error)
class D:
    x = x + "!"
    def get(self): return x
print(D.x, D().get())
def g():
    v = 1
    class E:
        nonlocal v
        v = 2
        w = v
    return v, E.w, hasattr(E, "v")
print(g())
class F:
    items = [1, 2, 3]
    doubled = [i * 2 for i in items]
    try:
        crossed = [i for i in range(2) if i in items]
    except NameError as error:
        crossed = str(error)
    for loop in items: pass
    del items
print(F.doubled, F.crossed, F.loop, hasattr(F, "items"))
class G:
    __secret = 1
    def get(self): return self.__secret
    def __hidden(self): return "hidden"
    def call(self): return self.__hidden()
print(G().get(), G().call(), [n for n in dir(G) if "ecret" in n or "idden" in n])
class H:
    global made_global
    made_global = 5
    if True:
        cond = "yes"
    else:
        never = 1
    with open(__file__) as fh: first = len(fh.readline()) > 0
print(made_global, H.cond, hasattr(H, "never"), H.first)
