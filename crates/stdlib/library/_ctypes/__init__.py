"""Create and manipulate C compatible data types in Python."""

import _pyjit_ffi as _ffi

from _ctypes._data import (
    Array, CArg as _CArg, CType_Type, PyCArrayType, PyCPointerType, PyCSimpleType, _CData,
    _Pointer, _SimpleCData,
)
from _ctypes._structures import CField, PyCStructType, Structure, Union, UnionType
from _ctypes._functions import (
    CFuncPtr, CTYPES_MAX_ARGCOUNT, FUNCFLAG_CDECL, FUNCFLAG_PYTHONAPI, FUNCFLAG_USE_ERRNO,
    FUNCFLAG_USE_LASTERROR, ArgumentError, PyCFuncPtrType, _cast_addr, _memoryview_at_addr,
    _string_at_addr, _wstring_at_addr, argument as _argument, returned as _returned,
)
from _pyjit_ffi import RTLD_GLOBAL, RTLD_LOCAL, dlclose, dllist, get_errno

__version__ = "1.1.0"
SIZEOF_TIME_T = 8
_memmove_addr = _ffi.MEMMOVE
_memset_addr = _ffi.MEMSET

PyObj_FromPtr = lambda address: _ffi.read("O", _ffi.copy_of(address.to_bytes(8, "little")).address)
PyObj_FromPtr.__name__ = PyObj_FromPtr.__qualname__ = "PyObj_FromPtr"


def Py_INCREF(object, /):
    """Objects are not counted: does nothing."""
    return object


def Py_DECREF(object, /):
    """Objects are not counted: does nothing."""
    return object


def set_errno(value, /):
    """Set the thread's copy of C's errno; gives what it was."""
    if not isinstance(value, int):
        raise TypeError(f"an integer is required (got type {type(value).__name__})")
    import sys
    sys.audit("ctypes.set_errno", value)
    return _ffi.set_errno(value)


def dlopen(name, flag=RTLD_LOCAL, /):
    """dlopen(name, flag={RTLD_GLOBAL|RTLD_LOCAL}) open a shared library"""
    import sys
    sys.audit("ctypes.dlopen", name)
    return _ffi.dlopen(name, flag)


def dlsym(handle, name, /):
    """find symbol in shared library"""
    address = _ffi.dlsym(handle, name)
    if not address:
        raise OSError(f"symbol '{name}' not found")
    return address


def sizeof(obj, /):
    """Return the size in bytes of a C instance."""
    if isinstance(obj, _CData):
        return obj._memory_size()
    if isinstance(obj, CType_Type) and obj._info_ is not None:
        return obj._info_.size
    raise TypeError("this type has no size")


def alignment(obj, /):
    """Return the alignment requirements of a C instance."""
    if isinstance(obj, _CData) or isinstance(obj, CType_Type) and obj._info_ is not None:
        return obj._info_.align
    raise TypeError("no alignment info")


def addressof(obj, /):
    """Return the address of the C instance internal buffer."""
    if not isinstance(obj, _CData):
        raise TypeError("invalid type")
    import sys
    sys.audit("ctypes.addressof", obj)
    return obj._address


def byref(obj, offset=0, /):
    """Return a pointer lookalike to a C instance, only usable as function argument."""
    if not isinstance(obj, _CData):
        raise TypeError("byref() argument must be a ctypes instance, not "
                        f"'{type(obj).__name__}'")
    return _CArg("P", obj._address + offset.__index__(), obj)


def resize(obj, size, /):
    """Resize the memory of an instance."""
    if not isinstance(obj, _CData):
        raise TypeError("excepted ctypes instance")
    if size < obj._info_.size:
        raise ValueError(f"minimum size is {obj._info_.size}")
    if not obj._b_needsfree_:
        raise ValueError("Memory cannot be resized because this object doesn't own it")
    have = obj._memory_size()
    if size > have:
        memory = _ffi.allocate(size)
        _ffi.move(memory.address, obj._address, have)
        obj._memory = memory
        obj._address = memory.address
    elif size < have:
        memory = _ffi.allocate(size)
        _ffi.move(memory.address, obj._address, size)
        obj._memory = memory
        obj._address = memory.address


_SHOWN = {"z": "P", "Z": "P", "u": "w", "?": "?", "g": "g"}


def _format(cls):
    info = cls._info_
    if info.item is not None and not issubclass(cls, _Pointer):
        return _format(info.item)
    if issubclass(cls, _Pointer):
        return "&" + ("B" if info.item is None else _described(info.item))
    if info.function is not None:
        return "X{}"
    if info.code is not None:
        code = info.code
        if code in "lL" and not info.swapped:
            return "<" + code
        return (">" if info.swapped else "<") + _SHOWN.get(code, code)
    if isinstance(cls, UnionType):
        return "B"
    parts, at = ["T{"], 0
    for field in info.fields:
        if field.byte_offset > at:
            gap = field.byte_offset - at
            parts.append("x" if gap == 1 else f"{gap}x")
        parts.append(f"{_described(field.type)}:{field.name}:")
        at = field.byte_offset + field.byte_size
    if info.size > at:
        gap = info.size - at
        parts.append("x" if gap == 1 else f"{gap}x")
    return "".join(parts) + "}"


def _described(cls):
    shape = _shape(cls)
    return f"({','.join(map(str, shape))}){_format(cls)}" if shape else _format(cls)


def _shape(cls):
    shape = []
    while issubclass(cls, Array):
        shape.append(cls._info_.length)
        cls = cls._info_.item
    return tuple(shape)


def buffer_info(obj, /):
    """Return buffer interface information"""
    cls = obj if isinstance(obj, type) else type(obj)
    if not isinstance(cls, CType_Type) or cls._info_ is None:
        raise TypeError("not a ctypes type or object")
    shape = _shape(cls)
    return _format(cls), len(shape), shape


def _unpickle(cls, state, /):
    result = cls.__new__(cls)
    result.__setstate__(state)
    return result


def _call(flags, address, args):
    spec, values, kept = [], [], []
    for i, value in enumerate(args):
        code, word, keep = _argument(value, i + 1)
        spec.append(code)
        values.append(word)
        kept.append(keep)
    from ctypes import c_int
    return _returned(c_int, address, "".join(spec), tuple(values), flags)


def call_function(address, arguments, /):
    """Call the function at an address."""
    return _call(0, address, arguments)


def call_cdeclfunction(address, arguments, /):
    """Call the function at an address."""
    return _call(FUNCFLAG_CDECL, address, arguments)
