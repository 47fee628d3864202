"""Queues between interpreters: they carry data by value, so what they hand
out is equal to what was put in, whichever interpreter asks."""

import pickle as _pickle
import threading as _threading
from collections import deque as _deque

from _interpreters import NotShareableError as _NotShareableError
from _interpreters import is_shareable as _is_shareable


class QueueError(RuntimeError):
    """Indicates that a queue-related error happened."""


class QueueNotFoundError(QueueError):
    """Raised when an operation names a queue that does not exist."""


for _class in (QueueError, QueueNotFoundError):
    _class.__module__ = 'concurrent.interpreters'
del _class


class _Queue:
    def __init__(self, maxsize, unboundop, fallback):
        self.items = _deque()
        self.maxsize = maxsize
        self.defaults = unboundop, fallback
        self.references = 0

    def is_full(self):
        return 0 < self.maxsize <= len(self.items)


_lock = _threading.RLock()
_queues = {}
_last_id = 0
_exceptions = {'empty': QueueError, 'full': QueueError}


def _find(qid):
    try:
        return _queues[qid]
    except KeyError:
        raise QueueNotFoundError(f'queue {qid} not found') from None


def _register_heap_types(queuetype, emptyerror, fullerror):
    """Take the classes of the public module."""
    _exceptions['empty'], _exceptions['full'] = emptyerror, fullerror


def create(maxsize, unboundop=-1, fallback=-1):
    """Create a new queue and return its ID."""
    global _last_id
    with _lock:
        _last_id += 1
        _queues[_last_id] = _Queue(maxsize, unboundop, fallback)
        return _last_id


def destroy(qid):
    """Clear and destroy the queue."""
    with _lock:
        _find(qid)
        del _queues[qid]


def list_all():
    """Return (ID, unboundop, fallback) of all queues."""
    with _lock:
        return [(qid, *queue.defaults) for qid, queue in _queues.items()]


def put(qid, obj, unboundop=-1, fallback=-1):
    """Add the object's data to the queue."""
    if _is_shareable(obj):
        item = False, obj
    else:
        try:
            item = True, _pickle.dumps(obj)
        except Exception as e:
            raise _NotShareableError(f'object could not be pickled: {obj!r}') from e
    with _lock:
        queue = _find(qid)
        if queue.is_full():
            raise _exceptions['full'](f'queue {qid} is full')
        queue.items.append(item)


def get(qid):
    """Return the object at the front of the queue, and its unbound op."""
    with _lock:
        queue = _find(qid)
        if not queue.items:
            raise _exceptions['empty'](f'queue {qid} is empty')
        pickled, data = queue.items.popleft()
    return _pickle.loads(data) if pickled else data, None


def bind(qid):
    """Take a reference to the queue."""
    with _lock:
        _find(qid).references += 1


def release(qid):
    """Give a reference back; the queue goes with the last one."""
    with _lock:
        queue = _find(qid)
        if queue.references == 0:
            raise QueueError(f'queue {qid} not bound')
        queue.references -= 1
        if queue.references == 0:
            del _queues[qid]


def get_maxsize(qid):
    """Return the greatest number of items of the queue."""
    return _find(qid).maxsize


def get_queue_defaults(qid):
    """Return the values set when the queue was created."""
    return _find(qid).defaults


def is_full(qid):
    """Return true if the queue has its greatest number of items."""
    return _find(qid).is_full()


def get_count(qid):
    """Return the number of items in the queue."""
    return len(_find(qid).items)
