"""C functions: calling them, and letting C call Python functions."""

import _pyjit_ffi as ffi

from _ctypes._data import (
    Array, CArg, CType_Type, Info, PyCArrayType, PyCPointerType, _CData, _Pointer, container,
    is_simple_instance,
)
from _ctypes._structures import PyCStructType
from _ctypes._values import GETTERS, PARTS, SETTERS, c_string, read, wide_string, write

FUNCFLAG_CDECL = 1
FUNCFLAG_PYTHONAPI = 4
FUNCFLAG_USE_ERRNO = 8
FUNCFLAG_USE_LASTERROR = 16
CTYPES_MAX_ARGCOUNT = 1024

# Results are read from a register as what they are.
_WORD = {"z": "P", "Z": "P", "v": "h"}


class ArgumentError(Exception):
    __module__ = "ctypes"


# ---- arguments -------------------------------------------------------------

def argument(value, index):
    """Letter and value for the native call, and what must live during it."""
    if isinstance(value, CArg):
        return _of_arg(value)
    if isinstance(value, _CData):
        return _of_data(value)
    if value is None:
        return "i", 0, None
    if isinstance(value, int):
        if not -(1 << 63) <= value < 1 << 64:
            raise OverflowError("int too long to convert")
        return "i", value & 0xffffffff if -(1 << 31) <= value < 1 << 32 else value, None
    if isinstance(value, bytes):
        kept = c_string(value)
        return "i", kept.memory.address, kept
    if isinstance(value, str):
        kept = wide_string(value)
        return "i", kept.memory.address, kept
    converted = getattr(value, "_as_parameter_", None)
    if converted is not None:
        return argument(converted, index)
    raise TypeError(f"Don't know how to convert parameter {index}")


def _of_arg(arg):
    tag, value = arg.tag, arg.value
    if tag in "dfgO":
        return tag, value, arg
    if tag == "c":
        return "i", value[0] if isinstance(value, bytes) else value, arg
    if tag == "u":
        return "i", ord(value), arg
    if tag in PARTS:
        return "s", (arg.kept.address, arg.kept.size, _complex_classes(tag)), arg
    return "i", value, arg


def _complex_classes(code):
    return {"F": "S", "D": "SS", "G": "A"}[code]


def _of_data(value):
    info = value._info_
    code = info.code
    if code is not None:
        if code in PARTS:
            return "s", (value._address, info.size, _complex_classes(code)), value
        if code in "dfg":
            return code, value.value if not is_simple_instance(type(value)) \
                else GETTERS[code](value._address), value
        if code in "zZPO":
            return "i", read("P", value._address), value
        found = GETTERS[code](value._address)
        if code == "c":
            found = found[0]
        elif code == "u":
            found = ord(found)
        return "i", int(found), value
    if isinstance(value, Array):
        return "i", value._address, value
    if isinstance(value, _Pointer) or info.function is not None:
        return "i", read("P", value._address), value
    classes = info.classes()
    if not classes:
        return "s", (value._address, 0, ""), value
    return "s", (value._address, info.size, classes), value


# ---- functions of our own that have addresses ------------------------------

def _cast(pointer, source, cls):
    """`ctypes.cast`."""
    info = getattr(cls, "_info_", None)
    if not (isinstance(cls, PyCPointerType) or info is not None
            and (info.function is not None or info.code in tuple("sPzUZXO"))):
        name = cls.__name__ if isinstance(cls, type) else repr(cls)
        raise TypeError(f"cast() argument 2 must be a pointer, not {name}")
    result = cls()
    address, kept = pointer
    if isinstance(source, _CData):
        container(source)
        if source._objects is None:
            source._objects = {}
        result._objects = source._objects
        if type(result._objects) is dict:
            result._objects[id(source)] = source
    elif kept is not None:
        result._objects = {"0": kept}
    write("P", result._address, address)
    return result


def _string_at(pointer, size):
    address = pointer[0]
    if size == -1:
        size = ffi.strlen(address)
    if size < 0:
        raise SystemError("Negative size passed to PyBytes_FromStringAndSize")
    return ffi.read_bytes(address, size)


def _wstring_at(pointer, size):
    if size < -1:
        raise SystemError("Negative size passed to PyUnicode_FromWideChar")
    return ffi.read_wide(pointer[0], size)


def _memoryview_at(pointer, size, readonly):
    if size < 0:
        raise ValueError("memoryview_at: size is negative (or overflowed)")
    view = memoryview(ffi.at(pointer[0], size))
    return view.toreadonly() if readonly else view


_places = ffi.allocate(4)
_cast_addr = _places.address
_string_at_addr = _cast_addr + 1
_wstring_at_addr = _cast_addr + 2
_memoryview_at_addr = _cast_addr + 3
_internal = {
    _cast_addr: _cast,
    _string_at_addr: _string_at,
    _wstring_at_addr: _wstring_at,
    _memoryview_at_addr: _memoryview_at,
}


def _call_internal(function, args, argtypes):
    """Calls one of them: the first argument is an address."""
    first = args[0]
    cls = _void_p()
    converted = cls.from_param(first)
    _, address, kept = argument(converted, 1)
    return function((address, kept), *map(_plain, argtypes[1:], args[1:]))


def _plain(cls, value):
    """An argument as a Python value, cut to its C type."""
    if cls._info_.code == "O":
        return value
    converted = cls.from_param(value)
    return converted.value


def _void_p():
    from ctypes import c_void_p
    return c_void_p


# ---- function types --------------------------------------------------------

class PyCFuncPtrType(CType_Type):
    __module__ = "_ctypes"

    def __init__(cls, name, bases, namespace, **keywords):
        super().__init__(name, bases, namespace)
        if bases == (_CData,):
            return
        flags = getattr(cls, "_flags_", None)
        if not isinstance(flags, int):
            raise TypeError("class must define _flags_ which must be an integer")
        info = Info(8, 8, None, ((0, 8, "I"),))
        info.parts = 0
        info.has_pointer = True
        info.format = "P"
        argtypes = getattr(cls, "_argtypes_", None)
        if argtypes is not None:
            if not isinstance(argtypes, tuple):
                raise TypeError("_argtypes_ must be a sequence of types")
            check_argtypes(argtypes)
        restype = getattr(cls, "_restype_", None)
        if restype is not None and not isinstance(restype, CType_Type) \
                and not callable(restype):
            raise TypeError("_restype_ must be a type, a callable, or None")
        info.function = (flags, argtypes, restype)
        type.__setattr__(cls, "_info_", info)


def check_argtypes(argtypes):
    if len(argtypes) > CTYPES_MAX_ARGCOUNT:
        raise ArgumentError(f"_argtypes_ has too many arguments ({len(argtypes)}), maximum is "
                            f"{CTYPES_MAX_ARGCOUNT}")
    for i, cls in enumerate(argtypes):
        if not hasattr(cls, "from_param"):
            raise TypeError(f"item {i + 1} in _argtypes_ has no from_param method")


_UNSET = object()


class CFuncPtr(_CData, metaclass=PyCFuncPtrType):
    """Function Pointer"""

    __module__ = "_ctypes"
    __slots__ = ("_argtypes", "_restype", "_errcheck", "_paramflags", "_callable", "_closure")

    def __new__(cls, *args, **keywords):
        self = super().__new__(cls)
        self._argtypes = self._restype = _UNSET
        self._errcheck = self._paramflags = self._callable = self._closure = None
        if not args:
            return self
        target = args[0]
        if isinstance(target, tuple):
            self._look_up(target)
            if len(args) > 1:
                self._set_paramflags(args[1])
        elif isinstance(target, int):
            write("P", self._address, target)
            if len(args) > 1:
                self._set_paramflags(args[1])
        elif callable(target):
            self._make_callback(target)
        else:
            raise TypeError("argument must be callable or integer function address")
        return self

    def __init__(self, *args, **keywords):
        """Everything is done when it is made."""

    def _look_up(self, target):
        if len(target) != 2:
            raise TypeError("argument must be callable or integer function address")
        name, dll = target
        if isinstance(name, str):
            name = name.encode()
        elif not isinstance(name, bytes):
            raise TypeError("function name must be string, bytes object or integer")
        handle = dll._handle
        if not isinstance(handle, int):
            raise TypeError("the _handle attribute of the second argument must be an integer")
        try:
            address = ffi.dlsym(handle, name)
        except OSError as error:
            raise AttributeError(str(error)) from None
        if not address:
            raise AttributeError(f"function '{name.decode()}' not found")
        write("P", self._address, address)
        self._closure = dll

    def _set_paramflags(self, flags):
        if flags is None:
            return
        if not isinstance(flags, tuple):
            raise TypeError("paramflags must be a tuple or None")
        argtypes = self._info_.function[1]
        if argtypes is not None and len(argtypes) != len(flags):
            raise ValueError("paramflags must have the same length as argtypes")
        for i, flag in enumerate(flags):
            if not isinstance(flag, tuple) or not 1 <= len(flag) <= 3 \
                    or not isinstance(flag[0], int):
                raise TypeError("paramflags must be a sequence of (int [,string [,value]]) "
                                "tuples")
            kind = flag[0] & 7
            if kind not in (0, 1, 2, 3, 4, 5):
                raise TypeError(f"paramflag value {flag[0]} not supported")
            if kind & 2 and argtypes is not None:
                cls = argtypes[i]
                of = cls._info_
                if not isinstance(cls, (PyCPointerType, PyCArrayType)) \
                        and of.code not in tuple("PzZ"):
                    raise TypeError(f"'out' parameter {i + 1} must be a pointer type, not "
                                    f"{cls.__name__}")
        self._paramflags = flags

    def _make_callback(self, function):
        flags, argtypes, restype = self._info_.function
        if argtypes is None:
            raise TypeError("cannot construct instance of this class: no argtypes")
        closure = make_closure(function, argtypes, restype, flags)
        write("P", self._address, closure.address)
        self._callable = function
        self._closure = closure
        self._objects = {"0": function}

    # ---- its types ----

    @property
    def restype(self):
        """specify the result type"""
        return self._info_.function[2] if self._restype is _UNSET else self._restype

    @restype.setter
    def restype(self, value):
        if value is not None and not isinstance(value, CType_Type) and not callable(value):
            raise TypeError("restype must be a type, a callable, or None")
        self._restype = value

    @restype.deleter
    def restype(self):
        self._restype = _UNSET

    @property
    def argtypes(self):
        """specify the argument types"""
        return self._info_.function[1] if self._argtypes is _UNSET else self._argtypes

    @argtypes.setter
    def argtypes(self, value):
        if value is not None:
            value = tuple(value)
            check_argtypes(value)
        self._argtypes = value

    @argtypes.deleter
    def argtypes(self):
        self._argtypes = _UNSET

    @property
    def errcheck(self):
        """a function to check for errors"""
        return self._errcheck

    @errcheck.setter
    def errcheck(self, value):
        if value is not None and not callable(value):
            raise TypeError("the errcheck attribute must be callable")
        self._errcheck = value

    @errcheck.deleter
    def errcheck(self):
        self._errcheck = None

    def __bool__(self):
        return read("P", self._address) != 0

    def __repr__(self):
        return f"<{type(self).__name__} object at {id(self):#x}>"

    # ---- calls ----

    def __call__(self, *args, **keywords):
        address = read("P", self._address)
        internal = _internal.get(address)
        if internal is not None:
            return _call_internal(internal, args, self.argtypes)
        argtypes = self.argtypes
        outputs = None
        if self._paramflags is not None:
            args, outputs = self._fill_in(args, keywords, argtypes)
        if argtypes:
            required, given = len(argtypes), len(args)
            if given < required:
                s = "" if required == 1 else "s"
                least = "at least " if self._info_.function[0] & FUNCFLAG_CDECL else ""
                raise TypeError(f"this function takes {least}{required} argument{s} "
                                f"({given} given)")
        if not address:
            raise ValueError("attempt to call a NULL function pointer")
        result = self._call(address, args, argtypes)
        if self._errcheck is not None:
            args = tuple(args)
            checked = self._errcheck(result, self, args)
            # Only when it gives the arguments back do the outputs count.
            if outputs is None or checked is not args:
                return checked
        if outputs is None:
            return result
        found = [args[i].__ctypes_from_outparam__() for i in outputs]
        if not found:
            return result
        return found[0] if len(found) == 1 else tuple(found)

    def _call(self, address, args, argtypes):
        if len(args) > CTYPES_MAX_ARGCOUNT:
            raise ArgumentError(f"too many arguments ({len(args)}), maximum is "
                                f"{CTYPES_MAX_ARGCOUNT}")
        spec, values, kept = [], [], []
        known = len(argtypes) if argtypes else 0
        for i, value in enumerate(args):
            try:
                if i < known:
                    value = argtypes[i].from_param(value)
                code, word, keep = argument(value, i + 1)
            except Exception as error:
                kind = type(error).__name__
                raise ArgumentError(f"argument {i + 1}: {kind}: {error}") from None
            spec.append(code)
            values.append(word)
            kept.append(keep)
        flags = self._info_.function[0]
        return returned(self.restype, address, "".join(spec), tuple(values), flags)

    def _fill_in(self, args, keywords, argtypes):
        """The arguments with their defaults and with room for outputs."""
        filled, outputs = [], []
        given = iter(args)
        used = 0
        end = object()
        keywords = dict(keywords)
        for i, flag in enumerate(self._paramflags):
            kind = flag[0] & 7
            name = flag[1] if len(flag) > 1 else None
            if kind in (2, 0xa) and kind & 1 == 0:
                cls = argtypes[i]
                target = cls._type_ if not isinstance(cls, PyCArrayType) else cls
                if cls._info_.code is not None:
                    raise TypeError(f"{cls.__name__} 'out' parameter must be passed as default "
                                    "value")
                outputs.append(i)
                filled.append(target())
                continue
            if kind == 4 or kind == 5:
                # A parameter for the locale: its default, never from the caller.
                filled.append(flag[2] if len(flag) > 2 else 0)
                continue
            value = next(given, end)
            if value is not end:
                used += 1
            elif name is not None and name in keywords:
                value = keywords.pop(name)
            elif len(flag) > 2:
                value = flag[2]
            elif name is not None:
                raise TypeError(f"required argument '{name}' missing")
            else:
                raise TypeError("not enough arguments")
            if kind & 2:
                outputs.append(i)
                if not isinstance(value, _CData):
                    cls = argtypes[i]
                    value = cls._type_(value)
            filled.append(value)
        if used != len(args) or keywords:
            if len(args) + len(keywords) > sum(1 for f in self._paramflags if f[0] & 7 != 2):
                total = len(self._paramflags)
                raise TypeError(f"call takes exactly {total} arguments "
                                f"({len(args) + len(keywords)} given)")
        return filled, outputs


def returned(restype, address, spec, values, flags):
    """Calls, and makes a Python value of the result."""
    if restype is None:
        ffi.call(address, spec, values, None, flags)
        return None
    info = getattr(restype, "_info_", None)
    if not isinstance(restype, CType_Type) or info is None:
        return restype(ffi.call(address, spec, values, "i", flags))
    code = info.code
    if code is not None and code not in PARTS and not info.swapped:
        value = ffi.call(address, spec, values, _WORD.get(code, code), flags)
        if code == "z":
            value = ffi.read_bytes(value, ffi.strlen(value)) if value else None
        elif code == "Z":
            value = ffi.read_wide(value, -1) if value else None
        elif code == "P":
            value = value or None
        if is_simple_instance(restype):
            result = restype.__new__(restype)
            if code in "zZP":
                result._objects = value if code != "P" else None
                word = SETTERS[code](result._address, value)
                if word is not None:
                    result._objects = word
            else:
                SETTERS[code](result._address, value)
            value = result
    else:
        value = restype.__new__(restype)
        if isinstance(restype, PyCStructType) or code in PARTS:
            classes = {"F": "S", "D": "SS", "G": "M"}[code] if code in PARTS \
                else info.classes()
            where = (value._address, info.size, classes)
            ffi.call(address, spec, values, where, flags)
        else:
            write("P", value._address, ffi.call(address, spec, values, "P", flags))
    check = getattr(restype, "_check_retval_", None)
    return value if check is None else check(value)


# ---- callbacks -------------------------------------------------------------

def _from_c(cls):
    """What makes a Python value of a raw argument."""
    info = cls._info_
    code = info.code
    if code is not None and code not in PARTS and not is_simple_instance(cls):
        if code == "z":
            return lambda p: ffi.read_bytes(p, ffi.strlen(p)) if p else None
        if code == "Z":
            return lambda p: ffi.read_wide(p, -1) if p else None
        if code == "P":
            return lambda p: p or None
        return None

    def instance(raw):
        result = cls.__new__(cls)
        if isinstance(raw, bytes) and code != "c":
            ffi.write_bytes(result._address, raw)
        elif code is not None:
            if code in "zZP":
                write("P", result._address, raw)
            else:
                SETTERS[code](result._address, raw)
        else:
            write("P", result._address, raw)
        return result
    return instance


def make_closure(function, argtypes, restype, flags):
    spec, converters = [], []
    for cls in argtypes:
        info = getattr(cls, "_info_", None)
        if not isinstance(cls, CType_Type) or info is None:
            raise TypeError(f"argtypes item must be a ctypes type, not {cls!r}")
        code = info.code
        if code in PARTS:
            spec.append((info.size, {"F": "S", "D": "SS", "G": "A"}[code]))
        elif code is not None:
            spec.append(_WORD.get(code, code))
        elif isinstance(cls, PyCStructType):
            spec.append((info.size, info.classes()))
        else:
            spec.append("P")
        converters.append(_from_c(cls))
    result, pack = "v", None
    if restype is not None:
        info = getattr(restype, "_info_", None)
        if not isinstance(restype, CType_Type) or info is None or info.code is None \
                or info.code in PARTS:
            raise TypeError("invalid result type for callback function")
        result = _WORD.get(info.code, info.code)
        pack = _packer(restype, info.code)
    if any(converters):
        def convert(raw):
            return tuple([v if c is None else c(v) for c, v in zip(converters, raw)])
    else:
        convert = tuple
    return ffi.callback(function, convert, pack, tuple(spec), result, flags)


def _packer(restype, code):
    memory = ffi.allocate(16)
    set, get = SETTERS[code], GETTERS[code]

    def pack(value):
        if value is None and code not in "zZPO":
            if code in "dfg":
                raise TypeError("must be real number, not NoneType")
            if code != "?":
                raise TypeError("'NoneType' object cannot be interpreted as an integer")
        if isinstance(value, restype) or isinstance(value, _CData):
            if value._info_.code is not None:
                value = GETTERS[value._info_.code](value._address) \
                    if value._info_.code not in "zZ" else read("P", value._address)
            else:
                value = read("P", value._address)
        kept = set(memory.address, value)
        if code == "O":
            _given_away.append(value)
            del _given_away[:-64]
            return value
        if code in "zZ":
            if kept is not None:
                _given_away.append(kept)
                import warnings
                warnings.warn("memory leak in callback function.", RuntimeWarning, 2)
            return read("P", memory.address)
        if code == "P":
            return read("P", memory.address)
        return get(memory.address)
    return pack


# What callbacks have returned as addresses.
_given_away = []
