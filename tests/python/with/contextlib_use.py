# contextlib: contextmanager, suppress, closing, ExitStack, nullcontext, redirect.
import contextlib, io
@contextlib.contextmanager
def tag(name):
    print(f"<{name}>")
    try:
        yield name.upper()
    except ValueError as e:
        print("caught", e)
    finally:
        print(f"</{name}>")
with tag("a") as t: print(t)
with tag("b"): raise ValueError("inside")
try:
    with tag("c"): raise KeyError("k")
except KeyError as e: print(repr(e))
with contextlib.suppress(KeyError, IndexError):
    {}["x"]
print("suppressed")
class Res:
    def close(self): print("closed")
with contextlib.closing(Res()) as r: print(type(r).__name__)
with contextlib.ExitStack() as stack:
    names = [stack.enter_context(tag(n)) for n in "xy"]
    stack.callback(print, "callback", 1)
    print(names)
with contextlib.nullcontext(5) as n: print(n)
buf = io.StringIO()
with contextlib.redirect_stdout(buf): print("captured")
print(repr(buf.getvalue()))
@tag("deco")
def f(): return "decorated"
print(f())
try:
    @contextlib.contextmanager
    def bad():
        if 0: yield
    with bad(): pass
except RuntimeError as e: print(e)
@contextlib.contextmanager
def twice():
    yield 1
    yield 2
try:
    with twice(): pass
except RuntimeError as e: print(e)
class Base(contextlib.ContextDecorator):
    def __enter__(self): print("in"); return self
    def __exit__(self, *a): print("out"); return False
@Base()
def g(): print("body")
g()
