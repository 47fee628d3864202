"""C data: the types, their layout in memory, and their instances.

A type's `_info_` holds what is known of its layout. An instance is a window
on memory: its address, and the object that keeps that memory. Objects that the
memory points to are kept by the outermost instance, in `_objects`.
"""

import _pyjit_ffi as ffi

from types import GenericAlias

from _ctypes._values import (
    FORMATS, GETTERS, PARTS, SETTERS, SIMPLE_CODES, SIZES, SWAPPED_GETTERS, SWAPPED_SETTERS,
    c_string, read, wide_string, write,
)

POINTER_SIZE = 8


class Info:
    """Size, alignment and calling convention of a type."""

    __slots__ = ("size", "align", "code", "flat", "parts", "fields", "final", "item", "length",
                 "pointer_type", "has_pointer", "format", "shape", "function", "swapped", "big")

    def __init__(self, size, align, code=None, flat=()):
        self.size = size
        self.align = align
        # The letter of a simple type.
        self.code = code
        # The scalars in it: offset, size, and `I`, `S` or `X` for the kind of register.
        self.flat = flat
        # How many parts can keep objects.
        self.parts = 0
        self.fields = ()
        self.final = False
        self.item = None
        self.length = 0
        self.pointer_type = None
        self.has_pointer = False
        self.format = "B"
        self.shape = ()
        self.function = None
        self.swapped = False
        self.big = None

    def classes(self):
        """How a structure of this layout is passed: a letter for each word."""
        if self.size == 0:
            return ""
        if self.size > 16 or any(kind == "X" or at % n for at, n, kind in self.flat):
            if self.size <= 16 and len(self.flat) == 1 and self.flat[0][2] == "X":
                return "X"
            return "A" if self.align >= 16 else "M"
        words = ["S"] * ((self.size + 7) // 8)
        for at, n, kind in self.flat:
            if kind == "I":
                words[at // 8] = "I"
        return "".join(words)


def info_of(cls):
    """What is known of a type that has instances."""
    info = getattr(cls, "_info_", None)
    if info is None or not isinstance(cls, CType_Type):
        raise TypeError("abstract class")
    return info


class CType_Type(type):
    """Type of C types: what all of them can do."""

    __module__ = "_ctypes"
    _info_ = None

    def __mul__(cls, length):
        if not hasattr(type(length), "__index__"):
            message = f"can't multiply sequence by non-int of type '{type(length).__name__}'"
            raise TypeError(message)
        length = length.__index__()
        if length < 0:
            raise ValueError(f"Array length must be >= 0, not {length}")
        return array_type(cls, length)

    __rmul__ = __mul__

    @property
    def __pointer_type__(cls):
        info = cls.__dict__.get("_info_")
        if info is None or info.pointer_type is None:
            raise AttributeError(f"type {cls} has no attribute '__pointer_type__'")
        return info.pointer_type

    @__pointer_type__.setter
    def __pointer_type__(cls, value):
        info_of(cls).pointer_type = value

    def __sizeof__(cls):
        return type.__sizeof__(cls)

    def from_address(cls, address, /):
        """C.from_address(integer) -> C instance

        Access a C instance at the specified address.
        """
        if not isinstance(address, int):
            raise TypeError("integer expected")
        info = info_of(cls)
        info.final = True
        memory = ffi.at(address, info.size)
        return make(cls, memory, address)

    def from_buffer(cls, obj, offset=0, /):
        """C.from_buffer(object, offset=0, /) -> C instance

        Create a C instance from a writeable buffer.
        """
        info = info_of(cls)
        view = memoryview(obj)
        if view.readonly:
            raise TypeError("underlying buffer is not writable")
        if not view.c_contiguous:
            raise TypeError("underlying buffer is not C contiguous")
        check_size(info, view.nbytes, offset)
        memory = ffi.of_buffer(view)
        info.final = True
        result = make(cls, memory, memory.address + offset)
        keep_ref(result, -1, view)
        return result

    def from_buffer_copy(cls, data, offset=0, /):
        """C.from_buffer_copy(object, offset=0, /) -> C instance

        Create a C instance from a readable buffer.
        """
        info = info_of(cls)
        view = memoryview(data)
        check_size(info, view.nbytes, offset)
        result = cls.__new__(cls)
        if type(view.obj) is not bytes or offset or view.nbytes != info.size:
            data = view.tobytes()[offset:offset + info.size]
        ffi.write_bytes(result._address, data)
        return result

    def in_dll(cls, dll, name, /):
        """C.in_dll(dll, name) -> C instance

        Access a C instance in a dll.
        """
        if not isinstance(dll._handle, int):
            raise TypeError("the _handle attribute of the second argument must be an integer")
        try:
            address = ffi.dlsym(dll._handle, name)
        except OSError as error:
            raise ValueError(str(error)) from None
        if not address:
            raise ValueError(f"symbol '{name}' not found")
        return cls.from_address(address)

    def from_param(cls, value, /):
        """Convert a Python object into a function call parameter."""
        if isinstance(value, cls):
            return value
        if isinstance(value, CArg) and value.obj is not None:
            if isinstance(value.obj, cls):
                return value
            expected, got = cls.__name__, type(value.obj).__name__
            raise TypeError(f"expected {expected} instance instead of pointer to {got}")
        converted = getattr(value, "_as_parameter_", None)
        if converted is not None:
            return cls.from_param(converted)
        message = f"expected {cls.__name__} instance instead of {type(value).__name__}"
        raise TypeError(message)


def check_size(info, available, offset):
    if offset < 0:
        raise ValueError("offset cannot be negative")
    if info.size + offset > available:
        raise ValueError(f"Buffer size too small ({available} instead of at least "
                         f"{info.size + offset} bytes)")


class CArg:
    """An argument of a function, converted."""

    __slots__ = ("tag", "value", "obj", "kept")
    __module__ = "_ctypes"

    def __init__(self, tag, value, obj=None, kept=None):
        self.tag = tag
        self.value = value
        self.obj = obj
        self.kept = kept

    @property
    def _obj(self):
        return self.obj

    def __repr__(self):
        tag, value = self.tag, self.value
        if tag in "bBhHiIlLqQ":
            return f"<cparam '{tag}' ({value})>"
        if tag in "dfg":
            return f"<cparam '{tag}' ({value!r})>"
        if tag == "c":
            code = value[0] if isinstance(value, bytes) else value
            shown = repr(bytes([code]))[1:] if 32 <= code < 127 else f"'\\x{code:02x}'"
            return f"<cparam 'c' ({shown})>"
        if tag in "zZP":
            return f"<cparam '{tag}' ({value:#x})>"
        return f"<cparam '{tag}' at {id(self):#x}>"


CArg.__name__ = CArg.__qualname__ = "CArgObject"


class _CData(metaclass=CType_Type):
    __module__ = "_ctypes"
    __slots__ = ("_memory", "_address", "_b_base_", "_index", "_objects")

    def __new__(cls, *args, **keywords):
        info = cls._info_
        if info is None:
            raise TypeError("abstract class")
        info.final = True
        memory = ffi.allocate(info.size)
        return make(cls, memory, memory.address)

    @property
    def _b_needsfree_(self):
        return int(self._b_base_ is None and self._memory.address == self._address)

    def __buffer__(self, flags):
        info = self._info_
        view = memoryview(ffi.at(self._address, self._memory_size(), self))
        if self._memory_size() != info.size or not info.size:
            return view
        if info.format == "B" and not info.shape:
            return view if info.code is None else view.cast("B", ())
        return view.cast(info.format, info.shape)

    def _memory_size(self):
        if self._b_base_ is None and self._memory.address == self._address:
            return max(self._memory.size, self._info_.size)
        return self._info_.size

    def __reduce__(self):
        if self._info_.has_pointer:
            raise ValueError("ctypes objects containing pointers cannot be pickled")
        from _ctypes import _unpickle
        data = ffi.read_bytes(self._address, self._info_.size)
        return _unpickle, (type(self), (getattr(self, "__dict__", {}), data))

    def __reduce_ex__(self, protocol):
        return self.__reduce__()

    def __setstate__(self, state):
        namespace, data = state
        ffi.write_bytes(self._address, data[:self._info_.size])
        if namespace:
            self.__dict__.update(namespace)

    def __ctypes_from_outparam__(self):
        return self

    def __hash__(self):
        raise TypeError("unhashable type")


_new = object.__new__
_UNSET = object()


def make(cls, memory, address, base=None, index=0):
    """An instance at an address; `base` is the instance that it is a part of."""
    self = _new(cls)
    self._memory = memory
    self._address = address
    self._b_base_ = base
    self._index = index
    self._objects = None
    return self


# ---- what memory points to is kept -----------------------------------------

def container(data):
    while data._b_base_ is not None:
        data = data._b_base_
    if data._objects is None and data._info_.parts:
        data._objects = {}
    return data


def kept_objects(data):
    return container(data)._objects


def keep_ref(target, index, kept):
    """Keeps an object as long as there is memory that points to it."""
    if kept is None:
        return
    root = container(target)
    if type(root._objects) is not dict:
        root._objects = kept
        return
    key = [f"{index & 0xffffffff:x}"]
    while target._b_base_ is not None:
        key.append(f"{target._index:x}")
        target = target._b_base_
    root._objects[":".join(key)] = kept


class PyCSimpleType(CType_Type):
    __module__ = "_ctypes"

    def __init__(cls, name, bases, namespace, **keywords):
        super().__init__(name, bases, namespace)
        if bases == (_CData,):
            return
        code = getattr(cls, "_type_", None)
        if code is None:
            raise AttributeError("class must define a '_type_' attribute")
        if not isinstance(code, str):
            raise TypeError("class must define a '_type_' string attribute")
        if len(code) != 1:
            raise ValueError("class must define a '_type_' attribute which must be a string of "
                             "length 1")
        if code not in SIMPLE_CODES or code not in SIZES:
            raise AttributeError("class must define a '_type_' attribute which must be\n"
                                 "a single character string containing one of "
                                 f"'{SIMPLE_CODES}'.")
        size = SIZES[code]
        kind = "S" if code in "fd" else "X" if code == "g" else "I"
        flat = ((0, size, kind),)
        align = size
        if code in PARTS:
            part, align = PARTS[code]
            kind = "X" if part == "g" else "S"
            flat = ((0, align, kind), (align, align, kind))
        info = Info(size, align, code, flat)
        info.has_pointer = code in "zZPO"
        info.format = FORMATS.get(code, code)
        if code in "uvFDG":
            info.format = "B"
            info.shape = (size,)
        inherited = getattr(cls.__base__, "_info_", None)
        info.swapped = inherited is not None and inherited.swapped
        type.__setattr__(cls, "_info_", info)
        if code in SWAPPED_GETTERS and type(cls) is PyCSimpleType:
            big = type.__new__(PyCSimpleType, name, bases, dict(namespace))
            swapped = Info(size, align, code, flat)
            swapped.swapped = True
            swapped.shape = (size,)
            type.__setattr__(big, "_info_", swapped)
            type.__setattr__(cls, "__ctype_le__", cls)
            type.__setattr__(cls, "__ctype_be__", big)
            type.__setattr__(big, "__ctype_le__", cls)
            type.__setattr__(big, "__ctype_be__", big)

    def from_param(cls, value, /):
        """Convert a Python object into a function call parameter."""
        if isinstance(value, cls):
            return value
        info = info_of(cls)
        convert = _SPECIAL_PARAMETERS.get(info.code)
        if convert is not None:
            return convert(cls, value)
        memory = ffi.allocate(info.size)
        try:
            kept = SETTERS[info.code](memory.address, value)
            return CArg(info.code, GETTERS[info.code](memory.address), kept, memory)
        except TypeError as error:
            if isinstance(value, CArg) and value.tag == info.code:
                return value
            converted = getattr(value, "_as_parameter_", None)
            if converted is None:
                raise error from None
        return cls.from_param(converted)


def _parameter(cls, value, convert):
    """What else can be passed: what an object says itself."""
    converted = getattr(value, "_as_parameter_", None)
    if converted is not None:
        return convert(cls, converted)
    return None


def _char_p_parameter(cls, value, code="z", item="c", text=bytes, make_string=c_string):
    if value is None:
        return None
    if isinstance(value, text):
        kept = make_string(value)
        return CArg(code, kept.memory.address, None, kept)
    if isinstance(value, cls):
        return value
    if isinstance(value, (Array, _Pointer)):
        kind = value._info_.item
        if kind is not None and kind._info_.code == item:
            return value
    if isinstance(value, CArg):
        if value.tag == code:
            return value
        if value.tag == "P" and value.obj is not None and value.obj._info_.code == item:
            return value
    found = _parameter(cls, value, lambda cls, v: cls.from_param(v))
    if found is not None:
        return found
    what = "bytes" if code == "z" else "unicode string"
    raise TypeError(f"{what} or integer address expected instead of {type(value).__name__} "
                    "instance")


def _wchar_p_parameter(cls, value):
    return _char_p_parameter(cls, value, "Z", "u", str, wide_string)


def _void_p_parameter(cls, value):
    if value is None:
        return None
    if isinstance(value, int):
        return CArg("P", value & 0xffffffffffffffff)
    if isinstance(value, bytes):
        kept = c_string(value)
        return CArg("z", kept.memory.address, None, kept)
    if isinstance(value, str):
        kept = wide_string(value)
        return CArg("Z", kept.memory.address, None, kept)
    if isinstance(value, (Array, _Pointer)):
        return value
    if isinstance(value, CArg):
        if value.tag == "P":
            return value
    if isinstance(value, _CData):
        if value._info_.function is not None:
            return CArg("P", read("P", value._address), value)
        if value._info_.code in ("z", "Z"):
            return CArg("Z", read("P", value._address), value)
    found = _parameter(cls, value, lambda cls, v: cls.from_param(v))
    if found is not None:
        return found
    raise TypeError(f"'{type(value).__name__}' object cannot be interpreted as ctypes.c_void_p")


_SPECIAL_PARAMETERS = {"z": _char_p_parameter, "Z": _wchar_p_parameter, "P": _void_p_parameter}


class _SimpleCData(_CData, metaclass=PyCSimpleType):
    """XXX to be provided"""

    __module__ = "_ctypes"
    __slots__ = ()

    def __init__(self, value=_UNSET, /):
        if value is not _UNSET:
            set_simple(self, value)

    @property
    def value(self):
        """current value"""
        info = self._info_
        getters = SWAPPED_GETTERS if info.swapped else GETTERS
        return getters[info.code](self._address)

    @value.setter
    def value(self, value):
        set_simple(self, value)

    @value.deleter
    def value(self):
        raise TypeError("can't delete attribute")

    def __bool__(self):
        return any(ffi.read_bytes(self._address, self._info_.size))

    def __repr__(self):
        if type(self).__bases__[0] is not _SimpleCData:
            return f"<{type(self).__name__} object at {id(self):#x}>"
        return f"{type(self).__name__}({self.value!r})"

    def __ctypes_from_outparam__(self):
        if is_simple_instance(type(self)):
            return self
        return self.value


def set_simple(self, value):
    info = self._info_
    setters = SWAPPED_SETTERS if info.swapped else SETTERS
    keep_ref(self, 0, setters[info.code](self._address, value))


def is_simple_instance(cls):
    """Is it a class derived from a simple type, whose instances stay such?"""
    return isinstance(cls, PyCSimpleType) and cls.__bases__[0] is not _SimpleCData


# ---- parts of others -------------------------------------------------------

def get_part(cls, base, index, address):
    """The value of a part of `base`: a Python value, or an instance."""
    info = cls._info_
    if info.code is not None and not is_simple_instance(cls):
        getters = SWAPPED_GETTERS if info.swapped else GETTERS
        return getters[info.code](address)
    return make(cls, base._memory, address, base, index)


def set_part(cls, base, index, address, value):
    """Stores a value in a part of `base`."""
    keep_ref(base, index, store(cls, address, value))


def store(cls, address, value):
    """Stores a value of C type `cls`; gives what must be kept."""
    info = cls._info_
    if info.code is not None and not (isinstance(value, _CData) and is_simple_instance(cls)):
        if isinstance(value, _CData):
            if isinstance(value, cls):
                ffi.move(address, value._address, info.size)
                return kept_objects(value)
        setters = SWAPPED_SETTERS if info.swapped else SETTERS
        return setters[info.code](address, value)
    is_pointer = isinstance(cls, PyCPointerType)
    if not isinstance(value, _CData):
        if isinstance(value, tuple):
            try:
                value = cls(*value)
            except Exception as error:
                raise RuntimeError(f"({cls.__name__}) {type(error).__name__}: {error}") from None
            return store(cls, address, value)
        if value is None and (is_pointer or info.function is not None):
            write("P", address, 0)
            return None
        message = f"expected {cls.__name__} instance, got {type(value).__name__}"
        raise TypeError(message)
    if isinstance(value, cls):
        ffi.move(address, value._address, info.size)
        kept = kept_objects(value)
        if is_pointer:
            return (kept, value)
        return kept
    if is_pointer and isinstance(value, Array):
        item = value._info_.item
        if info.item is not None and (item is info.item or issubclass(item, info.item)):
            write("P", address, value._address)
            return (kept_objects(value), value)
    raise TypeError(f"incompatible types, {type(value).__name__} instance instead of "
                    f"{cls.__name__} instance")


# ---- arrays ----------------------------------------------------------------

class PyCArrayType(CType_Type):
    __module__ = "_ctypes"

    def __init__(cls, name, bases, namespace, **keywords):
        super().__init__(name, bases, namespace)
        if bases == (_CData,):
            return
        length = getattr(cls, "_length_", None)
        if length is None:
            raise AttributeError("class must define a '_length_' attribute")
        if not isinstance(length, int):
            raise TypeError("The '_length_' attribute must be an integer")
        if length < 0:
            raise ValueError("The '_length_' attribute must not be negative")
        if length > (1 << 63) - 1:
            raise OverflowError("The '_length_' attribute is too large")
        item = getattr(cls, "_type_", None)
        if item is None:
            raise AttributeError("class must define a '_type_' attribute")
        if not isinstance(item, CType_Type) or item._info_ is None:
            raise TypeError("_type_ must have storage info")
        of = item._info_
        of.final = True
        if of.size * length > (1 << 63) - 1:
            raise OverflowError("array too large")
        flat = ()
        if of.size * length <= 16:
            flat = tuple((at + i * of.size, n, kind)
                         for i in range(length) for at, n, kind in of.flat)
        info = Info(of.size * length, of.align, None, flat)
        info.parts = length
        info.item, info.length = item, length
        info.has_pointer = of.has_pointer
        info.format = of.format
        if of.code is not None or of.item is not None and of.shape:
            info.shape = (length, *of.shape)
        else:
            info.shape = (of.size * length,)
        type.__setattr__(cls, "_info_", info)
        if of.code == "c":
            type.__setattr__(cls, "value", _char_value)
            type.__setattr__(cls, "raw", _char_raw)
        elif of.code == "u":
            type.__setattr__(cls, "value", _wchar_value)

    def from_param(cls, value, /):
        """Convert a Python object into a function call parameter."""
        item = info_of(cls).item
        if isinstance(value, bytes) and item._info_.code == "c":
            if len(value) > cls._info_.length:
                raise ValueError("Invalid length")
            value = cls(*value)
        elif isinstance(value, str) and item._info_.code == "u":
            if len(value) > cls._info_.length:
                raise ValueError("Invalid length")
            value = cls(*value)
        elif isinstance(value, tuple):
            if len(value) > cls._info_.length:
                raise RuntimeError("Invalid length")
            value = cls(*value)
        return super().from_param(value)


def _no_deletion(self):
    raise TypeError("cannot delete attribute")


def _get_char_array(self):
    data = ffi.read_bytes(self._address, self._info_.size)
    end = data.find(0)
    return data if end < 0 else data[:end]


def _set_char_array(self, value):
    if not isinstance(value, bytes):
        raise TypeError(f"bytes expected instead of {type(value).__name__} instance")
    if len(value) > self._info_.size:
        raise ValueError("byte string too long")
    ffi.write_bytes(self._address, value)
    if len(value) < self._info_.size:
        write("B", self._address + len(value), 0)


def _get_raw(self):
    return ffi.read_bytes(self._address, self._info_.size)


def _set_raw(self, value):
    data = memoryview(value).tobytes()
    if len(data) > self._info_.size:
        raise ValueError("byte string too long")
    ffi.write_bytes(self._address, data)


def _get_wchar_array(self):
    text = ffi.read_wide(self._address, self._info_.length)
    end = text.find("\0")
    return text if end < 0 else text[:end]


def _set_wchar_array(self, value):
    if not isinstance(value, str):
        raise TypeError(f"unicode string expected instead of {type(value).__name__} instance")
    if len(value) > self._info_.length:
        raise ValueError("string too long")
    if len(value) < self._info_.length:
        value += "\0"
    ffi.write_bytes(self._address, value.encode("utf-32-le", "surrogatepass"))


_char_value = property(_get_char_array, _set_char_array, _no_deletion, doc="string value")
_char_raw = property(_get_raw, _set_raw, doc="value")
_wchar_value = property(_get_wchar_array, _set_wchar_array, _no_deletion, doc="string value")

_array_types = {}


def array_type(item, length):
    """The type of arrays of so many items."""
    found = _array_types.get((item, length))
    if found is None:
        if item._info_ is None:
            raise TypeError("_type_ must have storage info")
        name = f"{item.__name__}_Array_{length}"
        found = PyCArrayType(name, (Array,), {"_length_": length, "_type_": item})
        _array_types[item, length] = found
    return found


def get_items(self, item, address, indices):
    """A slice: bytes and text for characters, else a list."""
    of = item._info_
    if of.code == "c":
        return b"".join(ffi.read_bytes(address + i, 1) for i in indices) \
            if indices.step != 1 else ffi.read_bytes(address + indices.start, len(indices))
    if of.code == "u":
        return "".join(read("u", address + 4 * i) for i in indices)
    return [get_part(item, self, i, address + i * of.size) for i in indices]


class Array(_CData, metaclass=PyCArrayType):
    """Abstract base class for arrays.

    The recommended way to create concrete array types is by multiplying any
    ctypes data type with a non-negative integer. Alternatively, you can subclass
    this type and define _length_ and _type_ class variables. Array elements can
    be read and written using standard subscript and slice accesses for slice
    reads, the resulting object is not itself an Array.
    """

    __module__ = "_ctypes"
    __slots__ = ()

    def __init__(self, *values):
        for i, value in enumerate(values):
            self[i] = value

    def __len__(self):
        return self._info_.length

    def __getitem__(self, index):
        info = self._info_
        if isinstance(index, slice):
            return get_items(self, info.item, self._address, range(info.length)[index])
        index = _array_index(index, info.length)
        size = info.item._info_.size
        return get_part(info.item, self, index, self._address + index * size)

    def __setitem__(self, index, value):
        info = self._info_
        if isinstance(index, slice):
            indices = range(info.length)[index]
            if len(value) != len(indices):
                raise ValueError("Can only assign sequence of same size")
            for i, v in zip(indices, value):
                self[i] = v
            return
        index = _array_index(index, info.length)
        size = info.item._info_.size
        set_part(info.item, self, index, self._address + index * size, value)

    def __delitem__(self, index):
        raise TypeError("Array does not support item deletion")

    def __iter__(self):
        for i in range(self._info_.length):
            yield self[i]

    __class_getitem__ = classmethod(GenericAlias)


def _array_index(index, length):
    try:
        i = index.__index__()
    except AttributeError:
        raise TypeError("indices must be integers") from None
    if i < 0:
        i += length
    if not 0 <= i < length:
        raise IndexError("invalid index")
    return i


# ---- pointers --------------------------------------------------------------

class PyCPointerType(CType_Type):
    __module__ = "_ctypes"

    def __init__(cls, name, bases, namespace, **keywords):
        super().__init__(name, bases, namespace)
        if bases == (_CData,):
            return
        info = Info(POINTER_SIZE, POINTER_SIZE, None, ((0, POINTER_SIZE, "I"),))
        info.parts = 1
        info.has_pointer = True
        info.format = "P"
        info.item = getattr(cls, "_type_", None)
        type.__setattr__(cls, "_info_", info)
        if info.item is not None:
            _check_item(info.item)
            if info.item._info_ is not None and info.item._info_.pointer_type is None:
                info.item._info_.pointer_type = cls

    def set_type(cls, item, /):
        """Sets what the pointers point to."""
        _check_item(item)
        cls._info_.item = item
        if item._info_ is not None and item._info_.pointer_type is None:
            item._info_.pointer_type = cls
        type.__setattr__(cls, "_type_", item)

    def from_param(cls, value, /):
        """Convert a Python object into a function call parameter."""
        if value is None:
            return None
        item = info_of(cls).item
        if item is not None and isinstance(value, item):
            return CArg("P", value._address, value)
        if isinstance(value, (Array, _Pointer)):
            of = value._info_.item
            if item is not None and of is not None and issubclass(of, item):
                return value
        if isinstance(value, CArg) and value.tag == "P" and value.obj is not None \
                and item is not None and isinstance(value.obj, item):
            return value
        return super().from_param(value)


def _check_item(item):
    if not isinstance(item, CType_Type):
        raise TypeError("_type_ must have storage info")


class _Pointer(_CData, metaclass=PyCPointerType):
    """XXX to be provided"""

    __module__ = "_ctypes"
    __slots__ = ()

    def __new__(cls, *args):
        if cls._info_ is None or cls._info_.item is None:
            raise TypeError("Cannot create instance: has no _type_")
        return super().__new__(cls)

    def __init__(self, value=None, /):
        if value is not None:
            self.contents = value

    def _target(self):
        address = read("P", self._address)
        if not address:
            raise ValueError("NULL pointer access")
        return address

    @property
    def contents(self):
        """the object this pointer points to (read-write)"""
        address = self._target()
        item = self._info_.item
        memory = ffi.at(address, item._info_.size, self)
        return make(item, memory, address, self)

    @contents.setter
    def contents(self, value):
        item = self._info_.item
        if not isinstance(value, item):
            if not (isinstance(value, _CData) and isinstance(value, Array)
                    and item._info_.item is not None and isinstance(item, PyCArrayType)
                    and item._info_.item is value._info_.item):
                message = f"expected {item.__name__} instead of {type(value).__name__}"
                raise TypeError(message)
        write("P", self._address, value._address)
        keep_ref(self, 1, value)
        keep_ref(self, 0, kept_objects(value))

    @contents.deleter
    def contents(self):
        raise TypeError("Pointer does not support item deletion")

    def __bool__(self):
        return read("P", self._address) != 0

    def __getitem__(self, index):
        item = self._info_.item
        if isinstance(index, slice):
            return self._slice(index)
        try:
            index = index.__index__()
        except AttributeError:
            raise TypeError("Pointer indices must be integer") from None
        address = self._target() + index * item._info_.size
        if item._info_.code is not None and not is_simple_instance(item):
            return get_part(item, self, index, address)
        memory = ffi.at(address, item._info_.size, self)
        return make(item, memory, address, self, index)

    def _slice(self, index):
        step = 1 if index.step is None else index.step.__index__()
        if step == 0:
            raise ValueError("slice step cannot be zero")
        if index.start is None:
            if step < 0:
                raise ValueError("slice start is required for step < 0")
            start = 0
        else:
            start = index.start.__index__()
        if index.stop is None:
            raise ValueError("slice stop is required")
        indices = range(start, index.stop.__index__(), step)
        return get_items(self, self._info_.item, self._target(), indices)

    def __setitem__(self, index, value):
        item = self._info_.item
        try:
            index = index.__index__()
        except AttributeError:
            raise TypeError("Pointer indices must be integer") from None
        set_part(item, self, index, self._target() + index * item._info_.size, value)

    def __delitem__(self, index):
        raise TypeError("Pointer does not support item deletion")
