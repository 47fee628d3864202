"""Values of the simple C types in memory."""

import _pyjit_ffi as ffi

read, write = ffi.read, ffi.write

SIMPLE_CODES = "cbBhHiIlLdDFGfuzZqQPOv?g"

# Size of the simple types. Alignment is the same, but for complex numbers.
SIZES = {
    "c": 1, "b": 1, "B": 1, "?": 1, "h": 2, "H": 2, "v": 2, "i": 4, "I": 4, "f": 4, "u": 4,
    "l": 8, "L": 8, "q": 8, "Q": 8, "d": 8, "P": 8, "z": 8, "Z": 8, "O": 8, "g": 16,
    "F": 8, "D": 16, "G": 32,
}
PARTS = {"F": ("f", 4), "D": ("d", 8), "G": ("g", 16)}
SIGNED = "bhilq"
# How the buffer protocol calls them.
FORMATS = {"P": "P", "z": "P", "Z": "P", "O": "P", "u": "w"}


class KeptBytes(bytes):
    """Bytes, and their copy in memory with a zero behind."""


class KeptText(str):
    """Text, and its wide characters in memory with a zero behind."""


def c_string(value):
    kept = KeptBytes(value)
    kept.memory = ffi.copy_of(value, 1)
    return kept


def wide_string(value):
    kept = KeptText(value)
    kept.memory = ffi.copy_of(value.encode("utf-32-le", "surrogatepass"), 4)
    return kept


def get_pointer(address):
    return read("P", address)


def _get_char_p(address):
    p = read("P", address)
    return ffi.read_bytes(p, ffi.strlen(p)) if p else None


def _get_wchar_p(address):
    p = read("P", address)
    return ffi.read_wide(p, -1) if p else None


def _get_void_p(address):
    return read("P", address) or None


def _get_object(address):
    if not read("P", address):
        raise ValueError("PyObject is NULL")
    return read("O", address)


def _set_int(code):
    def set(address, value):
        if not isinstance(value, int):
            index = getattr(type(value), "__index__", None)
            if index is None:
                kind = type(value).__name__
                raise TypeError(f"'{kind}' object cannot be interpreted as an integer")
            value = index(value)
        write(code, address, value)
    return set


def _set_float(code):
    def set(address, value):
        if not isinstance(value, float):
            value = _real(value)
        write(code, address, value)
    return set


def _real(value):
    if isinstance(value, (int, float)) or hasattr(type(value), "__float__") \
            or hasattr(type(value), "__index__"):
        return float(value)
    raise TypeError(f"must be real number, not {type(value).__name__}")


def _set_complex(code):
    part, width = PARTS[code]

    def set(address, value):
        if not isinstance(value, (int, float, complex)) and not hasattr(value, "__complex__"):
            value = _real(value)
        value = complex(value)
        write(part, address, value.real)
        write(part, address + width, value.imag)
    return set


def _get_complex(code):
    part, width = PARTS[code]
    return lambda address: complex(read(part, address), read(part, address + width))


def _set_bool(address, value):
    write("?", address, bool(value))


def _get_variant_bool(address):
    return read("h", address) != 0


def _set_variant_bool(address, value):
    write("h", address, -1 if value else 0)


def _set_char(address, value):
    if isinstance(value, (bytes, bytearray)):
        if len(value) != 1:
            kind = "bytes" if isinstance(value, bytes) else "bytearray"
            raise TypeError("one character bytes, bytearray, or an integer in range(256) "
                            f"expected, not a {kind} object of length {len(value)}")
        write("B", address, value[0])
    elif isinstance(value, int):
        if not 0 <= value < 256:
            raise TypeError("integer not in range(256)")
        write("B", address, value)
    else:
        raise TypeError("one character bytes, bytearray, or an integer in range(256) expected, "
                        f"not {type(value).__name__}")


def _set_wchar(address, value):
    if not isinstance(value, str):
        raise TypeError(f"a unicode character expected, not instance of {type(value).__name__}")
    if len(value) != 1:
        raise TypeError("the string " + repr(value) + " cannot be converted to a single wchar_t "
                        "character")
    write("u", address, value)


def _set_char_p(address, value):
    if value is None:
        write("P", address, 0)
    elif isinstance(value, bytes):
        kept = c_string(value)
        write("P", address, kept.memory.address)
        return kept
    elif isinstance(value, int):
        write("P", address, value)
    else:
        raise TypeError("bytes or integer address expected instead of "
                        f"{type(value).__name__} instance")


def _set_wchar_p(address, value):
    if value is None:
        write("P", address, 0)
    elif isinstance(value, str):
        kept = wide_string(value)
        write("P", address, kept.memory.address)
        return kept
    elif isinstance(value, int):
        write("P", address, value)
    else:
        raise TypeError("unicode string or integer address expected instead of "
                        f"{type(value).__name__} instance")


def _set_void_p(address, value):
    if value is None:
        write("P", address, 0)
    elif isinstance(value, int):
        write("P", address, value)
    else:
        raise TypeError("cannot be converted to pointer")


def _set_object(address, value):
    write("O", address, value)
    return value


def _plain_get(code):
    return lambda address: read(code, address)


GETTERS = {code: _plain_get(code) for code in "cbB?hHiIfulLqQdg"}
GETTERS |= {"v": _get_variant_bool, "z": _get_char_p, "Z": _get_wchar_p, "P": _get_void_p, "O": _get_object}
GETTERS |= {code: _get_complex(code) for code in "FDG"}
SETTERS = {code: _set_int(code) for code in "bBhHiIlLqQ"}
SETTERS |= {code: _set_float(code) for code in "fdg"}
SETTERS |= {code: _set_complex(code) for code in "FDG"}
SETTERS |= {"v": _set_variant_bool, "c": _set_char, "u": _set_wchar, "?": _set_bool, "z": _set_char_p,
            "Z": _set_wchar_p, "P": _set_void_p, "O": _set_object}


def reversed_parts(data, n):
    return b"".join(data[i:i + n][::-1] for i in range(0, len(data), n))


def _swapped_get(code, get):
    width, part = SIZES[code], PARTS.get(code, (None, SIZES[code]))[1]

    def swapped(address):
        memory = ffi.copy_of(reversed_parts(ffi.read_bytes(address, width), part))
        return get(memory.address)
    return swapped


def _swapped_set(code, set):
    width, part = SIZES[code], PARTS.get(code, (None, SIZES[code]))[1]

    def swapped(address, value):
        memory = ffi.allocate(width)
        set(memory.address, value)
        ffi.write_bytes(address, reversed_parts(ffi.read_bytes(memory.address, width), part))
    return swapped


SWAPPED_GETTERS = {c: _swapped_get(c, GETTERS[c]) for c in "hHiIlLqQfdFD"}
SWAPPED_SETTERS = {c: _swapped_set(c, SETTERS[c]) for c in "hHiIlLqQfdFD"}
