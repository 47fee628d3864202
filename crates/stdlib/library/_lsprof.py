"""Fast profiler: counts calls and adds up their times, for `cProfile`."""

import sys
from time import perf_counter as _perf_counter

from _pyjit_records import Record as _Record

_MODULE_TYPE = type(sys)


class profiler_entry(_Record):
    """What is known of a function."""

    __slots__ = ()
    _fields = ('code', 'callcount', 'reccallcount', 'totaltime', 'inlinetime', 'calls')


class profiler_subentry(_Record):
    """What is known of a function as far as another one called it."""

    __slots__ = ()
    _fields = ('code', 'callcount', 'reccallcount', 'totaltime', 'inlinetime')


class _Entry:
    """Counts of one function, or of its calls from another."""

    __slots__ = ('code', 'total', 'inline', 'calls', 'recursive', 'level', 'callees')

    def __init__(self, code):
        self.code = code
        self.total = self.inline = 0
        self.calls = self.recursive = self.level = 0
        self.callees = {}

    def leave(self, total, inline):
        self.level -= 1
        if self.level == 0:
            self.total += total
        else:
            self.recursive += 1
        self.inline += inline
        self.calls += 1

    def numbers(self, unit):
        return (self.code, self.calls, self.recursive, self.total * unit, self.inline * unit)


class _Call:
    """A call that is going on."""

    __slots__ = ('entry', 'caller', 'start', 'below', 'code')

    def __init__(self, entry, caller):
        self.entry, self.caller = entry, caller
        self.below = 0


def _label(function):
    """How a builtin function is named."""
    name = function.__name__
    try:
        owner = getattr(function, '__self__', None)
    except ImportError:
        # Its module cannot be found by name.
        owner = None
    if owner is not None and not isinstance(owner, _MODULE_TYPE):
        for cls in type(owner).__mro__:
            if name in cls.__dict__:
                return repr(cls.__dict__[name])
        return f'<built-in method {name}>'
    if owner is None and hasattr(function, '__objclass__'):
        return repr(function)
    module = getattr(function, '__module__', None)
    return f'<built-in method {module}.{name}>' if module else f'<built-in method {name}>'


class Profiler:
    """Profiler(timer=None, timeunit=None, subcalls=True, builtins=True)

    Builds a profiler object using the specified timer function.
    The default timer is a fast built-in one based on real time.
    For custom timer functions returning integers, 'timeunit' can
    be a float specifying a scale (that is, how long each integer unit
    is, in seconds)."""

    def __init__(self, timer=None, timeunit=0.0, subcalls=True, builtins=True):
        self._timer = _perf_counter if timer is None else timer
        self._unit = 1.0 if timer is None else float(timeunit)
        self._subcalls, self._builtins = subcalls, builtins
        self._enabled = self._timing = False
        self._entries, self._current = {}, None

    def _time(self):
        if self._timer is _perf_counter:
            return _perf_counter()
        self._timing = True
        try:
            now = self._timer()
            return int(now) if self._unit else float(now)
        except BaseException as e:
            # The program that is profiled is not to blame.
            sys.unraisablehook(_Unraisable(e, self._timer))
            return 0
        finally:
            self._timing = False

    def _check(self, what):
        if self._timing:
            raise RuntimeError(f'cannot {what} profiler in external timer')

    def _enter(self, code):
        entry = self._entries.get(code)
        if entry is None:
            entry = self._entries[code] = _Entry(code)
        entry.level += 1
        caller = self._current
        if caller is not None and self._subcalls:
            callee = caller.entry.callees.get(code)
            if callee is None:
                callee = caller.entry.callees[code] = _Entry(code)
            callee.level += 1
        call = self._current = _Call(entry, caller)
        call.code = code
        call.start = self._time()

    def _leave(self, code, now):
        call = self._current
        if call is None or call.code is not code and call.code != code:
            return
        self._end(call, now)

    def _end(self, call, now):
        total = now - call.start
        inline = total - call.below
        caller = self._current = call.caller
        call.entry.leave(total, inline)
        if caller is not None:
            caller.below += total
            callee = caller.entry.callees.get(call.code)
            if callee is not None and callee.level > 0:
                callee.leave(total, inline)

    def _event(self, frame, event, arg):
        if not self._enabled:
            return
        if event == 'return':
            now = self._time()
            self._leave(frame.f_code, now)
        elif event == 'call':
            code = frame.f_code
            if code is _DISABLE:
                if self._builtins:
                    self._enter(_DISABLE_NAME)
            else:
                self._enter(code)
        elif frame.f_code is _DISABLE or not self._builtins:
            pass
        elif event == 'c_call':
            self._enter(_label(arg))
        else:
            now = self._time()
            self._leave(_label(arg), now)

    def enable(self, subcalls=True, builtins=True):
        """Start collecting profiling information.

        subcalls: if True, also records for each function
        statistics separated according to its current caller.
        builtins: if True, records the time spent in
        built-in functions separately from their caller."""
        self._check('enable')
        monitoring = sys.monitoring
        monitoring.use_tool_id(monitoring.PROFILER_ID, 'cProfile')
        self._subcalls, self._builtins = subcalls, builtins
        self._enabled = True
        sys.setprofile(self._event)

    def disable(self):
        """Stop collecting profiling information."""
        self._check('disable')
        if not self._enabled:
            return
        sys.setprofile(None)
        self._enabled = False
        sys.monitoring.free_tool_id(sys.monitoring.PROFILER_ID)
        now = self._time()
        while self._current is not None:
            self._end(self._current, now)

    def clear(self):
        """Clear all profiling information collected so far."""
        self._check('clear')
        self._entries, self._current = {}, None

    def getstats(self):
        """Return all information collected by the profiler: profiler_entry
        objects, whose calls are None or a list of profiler_subentry objects."""
        self.disable()
        if self._timer is _perf_counter:
            unit = 1.0
        else:
            unit = self._unit or 1.0
        stats = []
        for entry in self._entries.values():
            calls = [profiler_subentry(c.numbers(unit)) for c in entry.callees.values() if c.calls]
            if entry.calls:
                stats.append(profiler_entry((*entry.numbers(unit), calls or None)))
        return stats

    def __del__(self):
        if self._enabled:
            self.disable()


class _Unraisable:
    """What `sys.unraisablehook` is told."""

    err_msg = None

    def __init__(self, error, object):
        self.exc_type, self.exc_value = type(error), error
        self.exc_traceback, self.object = error.__traceback__, object


_DISABLE = Profiler.disable.__code__
_DISABLE_NAME = "<method 'disable' of '_lsprof.Profiler' objects>"
