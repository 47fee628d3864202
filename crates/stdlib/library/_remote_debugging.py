"""The names that `asyncio.tools` builds on. Looking into another process needs
an interpreter that lays its frames open at known addresses; compiled traces
keep theirs in machine registers, so asking for it raises an error."""

import os

# Whether this interpreter can read the memory of another one.
PROCESS_VM_READV_SUPPORTED = 0


class _Record(tuple):
    """A tuple whose items have names."""

    __slots__ = ()
    _fields = ()

    def __init_subclass__(cls):
        cls.__match_args__ = cls._fields
        cls.n_fields = cls.n_sequence_fields = len(cls._fields)
        cls.n_unnamed_fields = 0
        for index, name in enumerate(cls._fields):
            setattr(cls, name, property(lambda self, index=index: self[index]))

    def __new__(cls, sequence):
        self = super().__new__(cls, sequence)
        if len(self) != cls.n_fields:
            raise TypeError(f'{cls.__module__}.{cls.__name__}() takes a '
                            f'{cls.n_fields}-sequence ({len(self)}-sequence given)')
        return self

    def __repr__(self):
        items = ', '.join(f'{n}={v!r}' for n, v in zip(self._fields, self))
        return f'{type(self).__module__}.{type(self).__name__}({items})'

    def __reduce__(self):
        return type(self), (tuple(self),)


class FrameInfo(_Record):
    """Where a frame of the other process stands."""

    __slots__ = ()
    _fields = ('filename', 'lineno', 'funcname')


class CoroInfo(_Record):
    """A coroutine's frames."""

    __slots__ = ()
    _fields = ('call_stack', 'task_name')


class TaskInfo(_Record):
    """A task, its coroutines and what waits for it."""

    __slots__ = ()
    _fields = ('task_id', 'task_name', 'coroutine_stack', 'awaited_by')


class ThreadInfo(_Record):
    """A thread's frames."""

    __slots__ = ()
    _fields = ('thread_id', 'frame_info')


class AwaitedInfo(_Record):
    """The tasks of a thread."""

    __slots__ = ()
    _fields = ('thread_id', 'awaited_by')


class RemoteUnwinder:
    """RemoteUnwinder(pid): inspect the stack of another Python process."""

    def __init__(self, pid, *, all_threads=False, only_active_thread=False, debug=False):
        if all_threads and only_active_thread:
            raise ValueError('all_threads and only_active_thread cannot both be True')
        os.kill(pid, 0)
        raise RuntimeError(f'cannot look into process {pid}: '
                           'this Python does not support remote debugging')

    def _unsupported(self):
        raise RuntimeError('this Python does not support remote debugging')

    get_stack_trace = _unsupported
    get_all_awaited_by = _unsupported
    get_async_stack_trace = _unsupported
