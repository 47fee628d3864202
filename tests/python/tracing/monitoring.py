"""sys.monitoring: tools, events, local events, DISABLE."""
import sys

m = sys.monitoring
E = m.events
TOOL = 3
events = []


def name(v):
    return getattr(v, "__name__", None) or type(v).__name__ if not isinstance(v, (int, str)) else v


def callback(event):
    def tell(code, *args):
        if event == "LINE":
            args = (args[0] - code.co_firstlineno,)
        elif event in ("CALL", "C_RETURN", "C_RAISE"):
            args = (name(args[1]), "MISSING" if args[2] is m.MISSING else name(args[2]))
        else:
            args = tuple(name(a) for a in args[1:])
        events.append((event, code.co_name, *args))
    return tell


def watch(f, *wanted):
    m.use_tool_id(TOOL, "test")
    mask = 0
    for w in wanted:
        m.register_callback(TOOL, getattr(E, w), callback(w))
        mask |= getattr(E, w)
    m.set_events(TOOL, mask)
    try:
        f()
    except ZeroDivisionError:
        pass
    m.set_events(TOOL, 0)
    m.free_tool_id(TOOL)
    print(f.__name__, wanted)
    for e in events:
        if e[1] != "watch":
            print("  ", *e)
    events.clear()


def simple():
    a = len([1])
    b = [].append(3)
    return a


def caught():
    try:
        int("x")
    except ValueError:
        return 5


def gen():
    yield 1
    yield 2


def loops():
    for x in gen():
        pass


def fails():
    raises()


def raises():
    1 / 0


watch(simple, "PY_START", "PY_RETURN", "LINE", "CALL", "C_RETURN", "C_RAISE")
watch(caught, "CALL", "C_RETURN", "C_RAISE", "RAISE", "EXCEPTION_HANDLED")
watch(loops, "PY_START", "PY_RESUME", "PY_YIELD", "PY_RETURN")
watch(fails, "RAISE", "PY_UNWIND")

# One code object only, and a place that is silenced.
m.use_tool_id(TOOL, "local")
seen = []


def line(code, number):
    seen.append(number - code.co_firstlineno)
    return m.DISABLE


m.register_callback(TOOL, E.LINE, line)
m.set_local_events(TOOL, simple.__code__, E.LINE)
print(m.get_local_events(TOOL, simple.__code__) == E.LINE, m.get_events(TOOL))
simple()
simple()
print(seen)
m.restart_events()
simple()
print(seen)
m.set_local_events(TOOL, simple.__code__, 0)
simple()
print(seen, m.get_tool(TOOL))
m.free_tool_id(TOOL)
print(m.get_tool(TOOL), m._all_events())

for call in [
    lambda: m.use_tool_id(9, "x"),
    lambda: m.set_events(TOOL, 1),
    lambda: m.register_callback(TOOL, 3, None),
    lambda: m.set_local_events(TOOL, 5, 1),
]:
    try:
        print(call())
    except (ValueError, TypeError) as e:
        print(type(e).__name__, e)
