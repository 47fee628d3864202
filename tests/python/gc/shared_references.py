"""Weak references and proxies without callbacks are shared, and not kept alive."""
import gc
import weakref


class C:
    def __call__(self):
        return "called"


class MyRef(weakref.ref):
    pass


def count():
    o = C()
    r1 = weakref.ref(o)
    r2 = weakref.ref(o, print)
    p1 = weakref.proxy(o)
    p2 = weakref.proxy(o, print)
    before = weakref.getweakrefcount(o)
    del r1, r2, p1, p2
    gc.collect()
    return before, weakref.getweakrefcount(o), weakref.getweakrefs(o)


print(count())
o = C()
m1 = MyRef(o)
r = weakref.ref(o)
m2 = MyRef(o)
print(r is weakref.ref(o), r is weakref.ref(o, None), r is m1)
print(weakref.getweakrefs(o)[0] is r, len(weakref.getweakrefs(o)))
p = weakref.proxy(o)
print(p is weakref.proxy(o), p is weakref.proxy(o, None), p is weakref.proxy(o, print), p())
try:
    r.__init__(0, 0, 0, 0)
except TypeError as e:
    print(type(e).__name__)


class Config(dict):
    def __getattr__(self, name):
        return self[name]


c = Config()
print("Config" in repr(weakref.ref(c)))
