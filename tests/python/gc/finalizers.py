# __del__, generators and weak references at gc.collect(); errors go to sys.unraisablehook.
# Each thing happens many times: a collection may find single dead objects alive.
import gc
import sys
import weakref

N = 30
count = {}


def note(what):
    count[what] = count.get(what, 0) + 1


def report(what):
    print(what, count.get(what, 0) > N // 2)


def collected(f):
    for _ in range(N):
        f()
    return gc.collect()


class Cycle:
    def __init__(self): self.me = self
    def __del__(self): note("del")


print(collected(Cycle) > N // 2)
report("del")


def generator():
    try:
        yield 1
    finally:
        note("closed")


def pending():
    g = generator()
    next(g)
    cell = [g]
    cell.append(cell)


collected(pending)
report("closed")


class Angry:
    def __init__(self): self.me = self
    def __del__(self): raise ValueError("no")


last = {}


def hook(u):
    note(u.exc_type.__name__)
    last[u.exc_type.__name__] = [type(u).__name__, u.exc_value, u.exc_traceback is not None, u.err_msg[:17], u.object]


sys.unraisablehook = hook
collected(Angry)
report("ValueError")
print(last["ValueError"])


class Target:
    def __init__(self): self.me = self


def failing(ref):
    raise KeyError("callback")


refs = []
collected(lambda: refs.append(weakref.ref(Target(), failing)))
report("KeyError")
print(last["KeyError"], sum(r() is None for r in refs) > N // 2)
saved = []


class Phoenix:
    def __init__(self): self.me = self
    def __del__(self): saved.append(self)


collected(Phoenix)
print(len(saved) > N // 2, all(p.me is p and gc.is_finalized(p) for p in saved))
print(sys.__unraisablehook__.__name__, gc.collect(0) >= 0)
