# Audit hooks are told what happens, and may forbid it.
import gc
import marshal
import sys
import time

seen = []
watched = ("compile", "exec", "open", "gc.", "marshal.", "time.", "sys._get", "object.", "mine", "sys.add")
forbidden = set()


def hook(event, args):
    if event in forbidden:
        raise RuntimeError("no " + event)
    if on and event.startswith(watched):
        seen.append((event, args))


on = False
sys.addaudithook(hook)


class A: pass
class B: pass
class C(A): pass


def events(f, *args):
    global on
    seen.clear()
    on = True
    try:
        f(*args)
    except Exception as e:
        on = False
        print(type(e).__name__, e, end=" ")
    on = False
    return [e for e, _ in seen]


def change():
    C.__name__ = "X"
    C.__bases__ = (B,)
    C.value = 1
    a.__class__ = B


a = A()
print(events(sys.audit, "mine", 1, 2), seen)
print(events(eval, "1 + 1"))
print(events(exec, compile("x = 1", "name", "exec")))
print(events(compile, "x", "name", "eval"), seen[0][1])
print(events(open, __file__), seen[0][1][1:])
print(events(open, "/nowhere/at/all", "rb"), seen[0][1][:2])
print(events(gc.get_referents, a), events(gc.get_objects, 1), seen)
print(events(lambda: marshal.loads(marshal.dumps((1, "a")))), seen[0][1])
print(events(time.sleep, 0), seen[0][1], events(time.sleep, -1))
print(events(sys._getframe), seen[0][1][0].f_code.co_name)
print(events(sys._getframemodulename, 1), seen[0][1])
print(events(change), [args[1] for _, args in seen])
print(events(sys.addaudithook, lambda *args: None))

forbidden.add("open")
print(events(open, __file__))
forbidden.add("sys.addaudithook")
more = []
sys.addaudithook(lambda *args: more.append(args))
sys.audit("mine")
print(more)

# Tracers do not see what hooks do.
traced = []
sys.settrace(lambda frame, event, arg: traced.append((frame.f_code.co_name, event)))
sys.audit("mine")
hook.__cantrace__ = True
sys.audit("mine")
sys.settrace(None)
print(traced)
