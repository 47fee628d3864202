# The counting profiler: calls, recursion, callers, builtins, one tool at a time.
import _lsprof
import sys


def down(n):
    return 0 if n == 0 else down(n - 1)


def work():
    return [down(i) for i in range(3)] + sorted([2, 1])


ticks = iter(range(10**6))
p = _lsprof.Profiler(lambda: next(ticks), 0.5)
p.enable()
print(sys.monitoring.get_tool(sys.monitoring.PROFILER_ID))
try:
    _lsprof.Profiler().enable()
except ValueError as e:
    print(e)
work()
p.disable()
print(sys.monitoring.get_tool(sys.monitoring.PROFILER_ID))
for e in sorted(p.getstats(), key=lambda e: str(e.code)[:20] if isinstance(e.code, str) else e.code.co_name):
    if not isinstance(e.code, str) and e.code.co_name in ('work', 'down'):
        print(e.code.co_name, e.callcount, e.reccallcount, e.totaltime >= e.inlinetime > 0)
        for c in sorted((getattr(c.code, 'co_name', c.code), c.callcount) for c in e.calls):
            # A collection may call what waits for the death of something.
            if 'down' in c or 'sorted' in c[0]:
                print('   ', *c)
p.clear()
print(p.getstats())
