# with statements: order, exceptions, targets, several managers.
class CM:
    def __init__(self, name, swallow=(), fail=None): self.name, self.swallow, self.fail = name, swallow, fail
    def __enter__(self):
        print("enter", self.name)
        if self.fail == "enter": raise RuntimeError("enter failed")
        return self.name, self
    def __exit__(self, t, v, tb):
        print("exit", self.name, t and t.__name__, v, tb is not None)
        if self.fail == "exit": raise RuntimeError("exit failed")
        return t is not None and issubclass(t, self.swallow)
with CM("a") as (name, cm):
    print(name, cm.name)
with CM("b", ValueError):
    raise ValueError("swallowed")
try:
    with CM("c", ValueError):
        raise KeyError("through")
except KeyError as e:
    print(repr(e))
with CM("d") as x, CM("e") as y, CM("f"):
    print(x[0], y[0])
with (CM("g") as x, CM("h"),):
    pass
with (CM("i")): pass
with (CM("t1"), CM("t2")): pass
try:
    with CM("j"), CM("k", fail="enter"):
        print("never")
except RuntimeError as e:
    print(e)
try:
    with CM("l", fail="exit"):
        raise KeyError("replaced")
except RuntimeError as e:
    print(e, repr(e.__context__))
class O: pass
o = O()
lst = [0, 0]
with CM("m") as o.attr, CM("n") as lst[1]: pass
print(o.attr[0], lst[1][0])
def ret():
    with CM("ret"):
        return "value"
print(ret())
for i in range(3):
    with CM(i):
        if i == 0: continue
        break
for bad in (5, O()):
    try:
        with bad: pass
    except TypeError as e:
        print(e)
class NoExit:
    def __enter__(self): return 1
try:
    with NoExit(): pass
except TypeError as e:
    print(e)
class Inst:
    pass
i = Inst()
i.__enter__ = lambda: 1
i.__exit__ = lambda *a: 1
try:
    with i: pass
except TypeError as e:
    print(e)
def gen():
    with CM("gen"):
        yield 1
        yield 2
g = gen()
next(g)
g.close()
with CM("outer", ValueError):
    with CM("inner"):
        raise ValueError("x")
    print("not reached")
print("end")
