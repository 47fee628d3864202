# What a generator returns comes to its loop or awaiter: observers are told so, of the right frame.
import sys

E = sys.monitoring.events
EVENTS = """PY_START PY_RESUME PY_RETURN PY_YIELD STOP_ITERATION RAISE EXCEPTION_HANDLED
    PY_UNWIND LINE""".split()


def gen(v):
    yield 0
    return v


def loop(v):
    for i in gen(v):
        pass


def delegate(v):
    x = yield from gen(v)
    return x


class Awaitable:
    def __await__(self):
        yield 5


async def coroutine():
    await Awaitable()
    return 3


def drive():
    c = coroutine()
    try:
        while True:
            c.send(None)
    except StopIteration:
        pass


def run():
    loop(None)
    loop(1)
    list(delegate(None))
    list(delegate(1))
    drive()


seen = []


def callback(name):
    def tell(code, *args):
        frame = sys._getframe().f_back
        seen.append((name, code.co_name, frame.f_code is code, frame.f_lineno))

    return tell


sys.monitoring.use_tool_id(3, "test")
for name in EVENTS:
    sys.monitoring.register_callback(3, getattr(E, name), callback(name))
sys.monitoring.set_events(3, sum(getattr(E, name) for name in EVENTS))
run()
sys.monitoring.set_events(3, 0)
print(*seen, sep="\n")


def trace(frame, event, arg):
    if event == "exception":
        arg = arg[0].__name__, arg[1].args
    told.append((frame.f_code.co_name, event, frame.f_lineno, arg))
    return trace


told = []
sys.settrace(trace)
run()
sys.settrace(None)
print(*told, sep="\n")
