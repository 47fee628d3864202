"""The names that `asyncio.tools` builds on. Looking into another process needs
an interpreter that lays its frames open at known addresses; compiled traces
keep theirs in machine registers, so asking for it raises an error."""

import os

from _pyjit_records import Record as _Record

# Whether this interpreter can read the memory of another one.
PROCESS_VM_READV_SUPPORTED = 0


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
