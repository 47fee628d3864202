"""Interpreters of the process: there is one, the main one. It can be asked
about and run code; making another raises InterpreterError."""

import sys
import traceback as _traceback
import types as _types

WHENCE_UNKNOWN, WHENCE_RUNTIME, WHENCE_LEGACY_CAPI = 0, 1, 2
WHENCE_CAPI, WHENCE_XI, WHENCE_STDLIB = 3, 4, 5

_MAIN = 0


class InterpreterError(Exception):
    """A cross-interpreter operation failed"""


class InterpreterNotFoundError(InterpreterError):
    """An interpreter was not found"""


class NotShareableError(TypeError):
    """An object cannot be sent to another interpreter"""


for _class in (InterpreterError, InterpreterNotFoundError, NotShareableError):
    _class.__module__ = 'concurrent.interpreters'
del _class

_CONFIGS = {
    'isolated': dict(use_main_obmalloc=False, allow_fork=False, allow_exec=False,
                     allow_threads=True, allow_daemon_threads=False,
                     check_multi_interp_extensions=True, gil='own'),
    'legacy': dict(use_main_obmalloc=True, allow_fork=True, allow_exec=True,
                   allow_threads=True, allow_daemon_threads=True,
                   check_multi_interp_extensions=False, gil='shared'),
    'empty': dict(use_main_obmalloc=False, allow_fork=False, allow_exec=False,
                  allow_threads=False, allow_daemon_threads=False,
                  check_multi_interp_extensions=False, gil='default'),
}
_CONFIGS['default'] = _CONFIGS['isolated']


def _known(id):
    if not hasattr(id, '__index__'):
        raise TypeError(f'interpreter ID must be an int, got {type(id).__name__}')
    if id.__index__() < 0:
        raise ValueError(f'interpreter ID must be a non-negative int, got {id!r}')
    if id.__index__() != _MAIN:
        raise InterpreterNotFoundError(f'unrecognized interpreter ID {id}')


def new_config(name='isolated', /, **overrides):
    """Return a representation of the named configuration with changes."""
    if name not in _CONFIGS:
        raise ValueError(f"unsupported config name '{name}'")
    fields = dict(_CONFIGS[name])
    unknown = [k for k in overrides if k not in fields]
    if unknown:
        raise ValueError(f'got unexpected config fields {unknown!r}')
    fields.update(overrides)
    return _types.SimpleNamespace(**fields)


def create(config='isolated', *, reqrefs=False):
    """Create a new interpreter: there can be only one."""
    if isinstance(config, str):
        new_config(config)
    raise InterpreterError('interpreter creation failed: '
                           'this Python does not support subinterpreters')


def get_config(id, *, restrict=False):
    """Return the configuration the interpreter was made with."""
    _known(id)
    return new_config('legacy', gil='own')


def list_all(*, require_ready=False):
    """Return a list of (ID, whence) of all interpreters."""
    return [(_MAIN, WHENCE_RUNTIME)]


def get_current():
    """Return (ID, whence) of the running interpreter."""
    return _MAIN, WHENCE_RUNTIME


def get_main():
    """Return (ID, whence) of the main interpreter."""
    return _MAIN, WHENCE_RUNTIME


def whence(id):
    """Return how the interpreter was created."""
    _known(id)
    return WHENCE_RUNTIME


def is_running(id, *, restrict=False):
    """Return whether or not the identified interpreter is running."""
    _known(id)
    return True


def incref(id, *, implieslink=False, restrict=False):
    """Take a reference: the main interpreter needs none."""
    _known(id)


def decref(id, *, restrict=False):
    """Give a reference back: the main interpreter needs none."""
    _known(id)


def destroy(id, *, restrict=False):
    """Destroy the identified interpreter: never the running one."""
    _known(id)
    raise InterpreterError('cannot destroy the current interpreter')


def _namespace(id):
    _known(id)
    return sys.modules['__main__'].__dict__


def set___main___attrs(id, updates, *, restrict=False):
    """Bind the given attributes in the interpreter's __main__ module."""
    _namespace(id).update(updates)


def exec(id, code, shared=None, *, restrict=False):
    """Execute the code: the running interpreter is not available for that."""
    _known(id)
    raise InterpreterError('interpreter already running')


run_string = run_func = exec


def call(id, callable, args=None, kwargs=None, *, preserve_exc=False, restrict=False):
    """Call the object: the running interpreter is not available for that."""
    _known(id)
    raise InterpreterError('interpreter already running')


def is_shareable(obj):
    """Return True if the object's data may be shared between interpreters."""
    if type(obj) is tuple:
        return all(map(is_shareable, obj))
    return obj is None or type(obj) in (bool, int, float, str, bytes, memoryview)


def capture_exception(exc=None):
    """Return a snapshot of an exception, the current one by default."""
    if exc is None:
        exc = sys.exception()
        if exc is None:
            raise TypeError('expected exception')
    elif not isinstance(exc, BaseException):
        raise TypeError(f'expected exception, got {exc!r}')
    kind = type(exc)
    name = _types.SimpleNamespace(
        __name__=kind.__name__, __qualname__=kind.__qualname__, __module__=kind.__module__)
    return _types.SimpleNamespace(
        type=name, msg=str(exc), formatted=f'{kind.__name__}: {exc}',
        errdisplay=''.join(_traceback.format_exception(exc)).rstrip('\n'))
