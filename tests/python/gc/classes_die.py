# Classes that nothing refers to any more are collected, and their bases forget them.
import gc
import weakref


class Base:
    pass


def make(i):
    class Local(Base):
        tag = i
        def get(self): return self.a + self.tag
    x = Local()
    x.a = i
    assert x.get() == 2 * i
    return weakref.ref(Local)


refs = [make(i) for i in range(300)]
gc.collect()
alive = sum(r() is not None for r in refs)
# Compiled code may keep the few that it was made for.
print(alive < 30, len(Base.__subclasses__()) < 30)


class Kept(Base):
    pass


k = Kept()
k.x = 1
ref = weakref.ref(Kept)
del Kept
gc.collect()
# Its instance keeps it.
print(ref() is type(k), k.x, type(k) in Base.__subclasses__())
# An object that changes its class keeps the new one.
other = type("Other", (Base,), {"m": lambda self: "other"})
k.__class__ = other
del other
gc.collect()
for i in range(2000):
    [make(i) for _ in ()]
print(k.m(), k.x, type(k).__name__)


class A:
    def who(self): return "A"


class B:
    def who(self): return "B"


o = A()
o.v = 0
for i in range(1000):
    o.__class__ = (A, B)[i & 1]
    o.v += 1
print(o.who(), o.v)
