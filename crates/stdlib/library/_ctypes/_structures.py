"""Structures and unions."""

import _pyjit_ffi as ffi

from _ctypes._data import Array, CType_Type, Info, _CData, get_part, set_part
from _ctypes._values import SIGNED


class CField:
    """Structure/Union member"""

    __module__ = "_ctypes"
    __slots__ = ("name", "type", "byte_size", "byte_offset", "is_bitfield", "bit_size",
                 "bit_offset", "is_anonymous", "_at")

    def __init__(self, *, name, type, byte_size, byte_offset, index, _internal_use,
                 bit_size=None, bit_offset=None):
        if not isinstance(name, str):
            raise TypeError(f"PyCField_new() argument 'name' must be str, not {_kind(name)}")
        if not isinstance(type, CType_Type) or type._info_ is None:
            raise TypeError(f"type of field {name!r} must be a C type")
        if byte_size != type._info_.size:
            raise ValueError(f"byte size of field {name!r} ({byte_size}) does not match type "
                             f"size ({type._info_.size})")
        if bit_size is not None:
            if bit_offset is None:
                raise ValueError("bit_offset must be set for bit fields")
            if bit_size <= 0:
                raise ValueError(f"number of bits invalid for bit field {name!r}")
            if bit_size + bit_offset > byte_size * 8:
                raise ValueError(f"bit field {name!r} overflows its type "
                                 f"({bit_offset} + {bit_size} > {byte_size * 8})")
            code = type._info_.code
            if code is None or code not in "bBhHiIlLqQcu?":
                raise TypeError(f"bit fields not allowed for type {type.__name__}")
        set = object.__setattr__
        set(self, "name", name)
        set(self, "type", type)
        set(self, "byte_size", byte_size)
        set(self, "byte_offset", byte_offset)
        set(self, "is_bitfield", bit_size is not None)
        set(self, "bit_size", byte_size * 8 if bit_size is None else bit_size)
        set(self, "bit_offset", bit_offset or 0)
        set(self, "is_anonymous", False)
        set(self, "_at", index)

    def __setattr__(self, name, value):
        raise AttributeError(f"attribute {name!r} of '_ctypes.CField' objects is not writable")

    @property
    def offset(self):
        """offset in bytes of this field (same as byte_offset)"""
        return self.byte_offset

    @property
    def size(self):
        """size in bytes of this field; for bitfields, bit sizes and offsets packed"""
        if self.is_bitfield:
            return self.bit_size << 16 | self.bit_offset
        return self.byte_size

    def __get__(self, instance, owner=None):
        if instance is None:
            return self
        if not isinstance(instance, _CData):
            raise TypeError("not a ctype instance")
        address = instance._address + self.byte_offset
        if self.is_bitfield:
            return self._get_bits(address)
        text = self._text()
        if text == "c":
            data = ffi.read_bytes(address, self.byte_size)
            end = data.find(0)
            return data if end < 0 else data[:end]
        if text == "u":
            text = ffi.read_wide(address, self.byte_size // 4)
            end = text.find("\0")
            return text if end < 0 else text[:end]
        return get_part(self.type, instance, self._at, address)

    def __set__(self, instance, value):
        if not isinstance(instance, _CData):
            raise TypeError("not a ctype instance")
        address = instance._address + self.byte_offset
        if self.is_bitfield:
            self._set_bits(address, value)
        elif (text := self._text()) and not isinstance(value, _CData):
            self._set_text(address, value, text)
        else:
            set_part(self.type, instance, self._at, address, value)

    def __delete__(self, instance):
        raise TypeError("can't delete attribute")

    def _text(self):
        """The letter of the characters, for arrays of characters."""
        item = self.type._info_.item
        if item is None or not issubclass(self.type, Array):
            return None
        code = item._info_.code
        return code if code == "c" or code == "u" else None

    def _set_text(self, address, value, code):
        wanted, what = (bytes, "bytes") if code == "c" else (str, "unicode string")
        if not isinstance(value, wanted):
            raise TypeError(f"{what} expected instead of {type(value).__name__} instance")
        room = self.type._info_.length
        if code == "c":
            value = value.partition(b"\0")[0]
        if len(value) > room:
            what = "bytes" if code == "c" else "string"
            raise ValueError(f"{what} too long ({len(value)}, maximum length {room})")
        if len(value) < room:
            value += b"\0" if code == "c" else "\0"
        if code == "u":
            value = value.encode("utf-32-le", "surrogatepass")
        ffi.write_bytes(address, value)

    def _order(self):
        return "big" if self.type._info_.swapped else "little"

    def _get_bits(self, address):
        whole = int.from_bytes(ffi.read_bytes(address, self.byte_size), self._order())
        bits = whole >> self.bit_offset & (1 << self.bit_size) - 1
        code = self.type._info_.code
        if code in SIGNED and bits >> self.bit_size - 1:
            bits -= 1 << self.bit_size
        if code == "?":
            return bool(bits)
        return bits

    def _set_bits(self, address, value):
        code = self.type._info_.code
        if code == "?":
            value = bool(value)
        elif not isinstance(value, int):
            raise TypeError(f"int expected instead of {type(value).__name__} instance")
        order, mask = self._order(), (1 << self.bit_size) - 1
        whole = int.from_bytes(ffi.read_bytes(address, self.byte_size), order)
        whole &= ~(mask << self.bit_offset)
        whole |= (value & mask) << self.bit_offset
        ffi.write_bytes(address, whole.to_bytes(self.byte_size, order))

    def __repr__(self):
        kind = _kind_name(self.type)
        if self.is_bitfield:
            return (f"<ctypes.CField {self.name!r} type={kind}, ofs={self.byte_offset}, "
                    f"bit_size={self.bit_size}, bit_offset={self.bit_offset}>")
        return (f"<ctypes.CField {self.name!r} type={kind}, ofs={self.byte_offset}, "
                f"size={self.byte_size}>")


def _kind(value):
    return type(value).__name__


def _kind_name(cls):
    return cls.__name__


class PyCStructType(CType_Type):
    __module__ = "_ctypes"

    def __setattr__(cls, name, value):
        if name == "_fields_":
            set_fields(cls, value)
        else:
            type.__setattr__(cls, name, value)

    def __init__(cls, name, bases, namespace, **keywords):
        super().__init__(name, bases, namespace)
        if bases == (_CData,):
            return
        base = getattr(cls.__base__, "_info_", None)
        if base is not None:
            base.final = True
        if "_abstract_" in namespace:
            return
        if "_fields_" in namespace:
            # By way of the classes that swap bytes.
            cls._fields_ = namespace["_fields_"]
            return
        if base is None:
            info = Info(0, 1)
        else:
            info = Info(base.size, base.align, None, base.flat)
            info.fields, info.parts = base.fields, base.parts
            info.has_pointer = base.has_pointer
        type.__setattr__(cls, "_info_", info)

    def from_param(cls, value, /):
        """Convert a Python object into a function call parameter."""
        if isinstance(value, tuple):
            value = cls(*value)
        return super().from_param(value)


class UnionType(PyCStructType):
    __module__ = "_ctypes"


def set_fields(cls, fields):
    """Lays a structure or union out."""
    old = cls.__dict__.get("_info_")
    if old is not None and old.final:
        raise AttributeError("_fields_ is final")
    if not hasattr(fields, "__getitem__") or isinstance(fields, (dict, int)):
        raise TypeError("_fields_ must be a sequence of pairs")
    from ctypes._layout import get_layout
    fields = list(fields)
    is_struct = not isinstance(cls, UnionType)
    base_type = None
    for candidate in cls.__mro__[1:]:
        if candidate.__dict__.get("_info_") is not None:
            base_type = candidate
            break
    base = None if base_type is None else base_type._info_
    info = Info(0, 1)
    for field in fields:
        if isinstance(field, (tuple, list)) and len(field) > 1:
            of = field[1]
            if not isinstance(of, CType_Type) or of._info_ is None:
                raise TypeError("second item in _fields_ tuple (index 0) must be a C type"
                                .replace("0", str(fields.index(field))))
            if of is cls:
                raise AttributeError("Structure or union cannot contain itself")
            of._info_.final = True
    # While it is being laid out, a structure may point to itself.
    if old is not None:
        info.pointer_type = old.pointer_type
    layout = get_layout(cls, fields, is_struct, base_type)
    info.size, info.align = layout.size, layout.align
    start = 0 if base is None else len(base.fields)
    flat = [] if base is None else list(base.flat)
    info.has_pointer = base is not None and base.has_pointer
    names = []
    for field in layout.fields:
        object.__setattr__(field, "_at", field._at + (0 if base is None else base.parts))
        of = field.type._info_
        names.append(field)
        info.has_pointer |= of.has_pointer
        if len(flat) <= 64:
            if field.is_bitfield:
                flat.append((field.byte_offset, field.byte_size, "I"))
            else:
                flat.extend((field.byte_offset + at, n, kind) for at, n, kind in of.flat)
        type.__setattr__(cls, field.name, field)
    info.flat = tuple(flat)
    info.parts = len(names) + (0 if base is None else base.parts)
    info.fields = (() if base is None else base.fields) + tuple(names)
    type.__setattr__(cls, "_info_", info)
    type.__setattr__(cls, "_fields_", fields)
    make_anonymous(cls)
    info.final = True


def make_anonymous(cls):
    """Makes the fields of anonymous parts fields of the whole."""
    names = cls.__dict__.get("_anonymous_")
    if names is None:
        return
    if not isinstance(names, (tuple, list)):
        names = list(names) if hasattr(names, "__iter__") else None
        if names is None:
            raise TypeError("_anonymous_ must be a sequence")
    for name in names:
        field = getattr(cls, name)
        if not isinstance(field, CField):
            raise AttributeError(f"'{name}' is specified in _anonymous_ but not in _fields_")
        object.__setattr__(field, "is_anonymous", True)
        _lift(cls, field, 0, field._at)


def _lift(cls, field, offset, index):
    for inner in field.type._info_.fields:
        if inner.is_anonymous:
            _lift(cls, inner, offset + field.byte_offset, index + inner._at)
            continue
        lifted = CField(
            name=inner.name, type=inner.type, byte_size=inner.byte_size,
            byte_offset=inner.byte_offset + field.byte_offset + offset,
            index=index + inner._at, _internal_use=True,
            bit_size=inner.bit_size if inner.is_bitfield else None,
            bit_offset=inner.bit_offset if inner.is_bitfield else None)
        type.__setattr__(cls, inner.name, lifted)


def _init_fields(self, args, keywords):
    fields = self._info_.fields
    if len(args) > len(fields):
        raise TypeError("too many initializers")
    for field, value in zip(fields, args):
        if field.name in keywords:
            raise TypeError(f"duplicate values for field {field.name!r}")
        setattr(self, field.name, value)
    for name, value in keywords.items():
        setattr(self, name, value)


class Structure(_CData, metaclass=PyCStructType):
    """Structure base class"""

    __module__ = "_ctypes"
    __slots__ = ()

    def __init__(self, *args, **keywords):
        _init_fields(self, args, keywords)


class Union(_CData, metaclass=UnionType):
    """Union base class"""

    __module__ = "_ctypes"
    __slots__ = ()

    def __init__(self, *args, **keywords):
        _init_fields(self, args, keywords)
