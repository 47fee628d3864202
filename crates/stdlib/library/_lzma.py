"""Compression with LZMA: the classes and checks of arguments; the coders are native."""

import _pyjit_lzma as _native

CHECK_NONE = 0
CHECK_CRC32 = 1
CHECK_CRC64 = 4
CHECK_SHA256 = 10
CHECK_ID_MAX = 15
CHECK_UNKNOWN = 16

FILTER_LZMA1 = 0x4000000000000001
FILTER_LZMA2 = 0x21
FILTER_DELTA = 3
FILTER_X86 = 4
FILTER_POWERPC = 5
FILTER_IA64 = 6
FILTER_ARM = 7
FILTER_ARMTHUMB = 8
FILTER_SPARC = 9

FORMAT_AUTO, FORMAT_XZ, FORMAT_ALONE, FORMAT_RAW = range(4)

MF_HC3 = 3
MF_HC4 = 4
MF_BT2 = 18
MF_BT3 = 19
MF_BT4 = 20
MODE_FAST = 1
MODE_NORMAL = 2
PRESET_DEFAULT = 6
PRESET_EXTREME = 1 << 31

_RUN, _FINISH = 0, 3
_OK, _END, _NO_CHECK, _UNSUPPORTED_CHECK, _GET_CHECK = range(5)
_MEMORY, _MEMORY_LIMIT, _FORMAT, _OPTIONS, _DATA, _BUFFER, _PROGRAM = range(5, 12)

_LZMA_OPTIONS = ("dict_size", "lc", "lp", "pb", "mode", "nice_len", "mf", "depth")
_BCJ = (FILTER_X86, FILTER_POWERPC, FILTER_IA64, FILTER_ARM, FILTER_ARMTHUMB, FILTER_SPARC)

_MESSAGES = {
    _UNSUPPORTED_CHECK: "Unsupported integrity check",
    _MEMORY_LIMIT: "Memory usage limit exceeded",
    _FORMAT: "Input format not supported by decoder",
    _OPTIONS: "Invalid or unsupported options",
    _DATA: "Corrupt input data",
    _BUFFER: "Insufficient buffer space",
    _PROGRAM: "Internal error",
}


class LZMAError(Exception):
    """Call to liblzma failed."""

    __module__ = "_lzma"


def _error(status):
    if status == _MEMORY:
        return MemoryError()
    message = _MESSAGES.get(status)
    return LZMAError(message or f"Unrecognized error from liblzma: {status}")


def _made(coder):
    if isinstance(coder, int):
        raise _error(coder)
    return coder


def _uint32(value):
    value = value.__index__()
    if value < 0:
        raise ValueError("value must be positive")
    if value >= 1 << 32:
        raise OverflowError("Python int too large for C uint32_t")
    return value


def _filter(spec):
    """A filter specification as the native coders want it."""
    try:
        filter_id = spec["id"]
    except KeyError:
        raise ValueError("Filter specifier must have an \"id\" entry") from None
    except (TypeError, IndexError):
        raise TypeError("Filter specifier must be a dict or dict-like object") from None
    filter_id = filter_id.__index__()
    if filter_id < 0 or filter_id >> 64:
        raise OverflowError("Value too large for lzma_vli type")
    if filter_id in (FILTER_LZMA1, FILTER_LZMA2):
        allowed = ("id", "preset", *_LZMA_OPTIONS)
        kind = "LZMA"
    elif filter_id == FILTER_DELTA:
        allowed = ("id", "dist")
        kind = "delta"
    elif filter_id in _BCJ:
        allowed = ("id", "start_offset")
        kind = "BCJ"
    else:
        raise ValueError(f"Invalid filter ID: {filter_id}")
    for name in spec:
        if name not in allowed:
            raise ValueError(f"Invalid filter specifier for {kind} filter")
    if kind == "delta":
        return (filter_id, _uint32(spec.get("dist", 1)))
    if kind == "BCJ":
        return (filter_id, _uint32(spec.get("start_offset", 0)))
    preset = _uint32(spec.get("preset", PRESET_DEFAULT))
    values = _native.preset(preset)
    if values is None:
        raise LZMAError(f"Invalid compression preset: {preset}")
    values = [
        _uint32(spec[name]) if name in spec else value
        for name, value in zip(_LZMA_OPTIONS, values)
    ]
    return (filter_id, *values)


def _filters(specs):
    if isinstance(specs, dict):
        raise TypeError("object of type 'dict' is not a sequence")
    specs = [specs[i] for i in range(len(specs))]
    if len(specs) > 4:
        raise ValueError("Too many filters - liblzma supports a maximum of 4")
    return tuple(_filter(spec) for spec in specs)


def is_check_supported(check_id, /):
    """Test whether the given integrity check is supported.

    Always returns True for CHECK_NONE and CHECK_CRC32.
    """
    return _native.is_check_supported(check_id)


def _encode_filter_properties(filter, /):
    """Return a bytes object encoding the options (properties) of the filter specified by *filter* (a dict).

    The result does not include the filter ID itself, only the options.
    """
    encoded = _native.encode_properties(_filter(filter))
    return _made(encoded)


def _decode_filter_properties(filter_id, encoded_props, /):
    """Return a bytes object encoding the options (properties) of the filter specified by *filter* (a dict).

    The result does not include the filter ID itself, only the options.
    """
    options = _made(_native.decode_properties(filter_id, encoded_props))
    result = {"id": filter_id}
    if filter_id == FILTER_LZMA1:
        # What the properties hold.
        result.update(zip(_LZMA_OPTIONS[:4], options))
    elif filter_id == FILTER_LZMA2:
        result["dict_size"] = options[0]
    elif filter_id == FILTER_DELTA:
        result["dist"] = options[0]
    elif filter_id in _BCJ:
        if options:
            result["start_offset"] = options[0]
    else:
        raise ValueError(f"Invalid filter ID: {filter_id}")
    return result


class _Unpicklable:
    __slots__ = ()

    def __reduce_ex__(self, protocol):
        raise TypeError(f"cannot pickle '_lzma.{type(self).__name__}' object")

    def __reduce__(self):
        raise TypeError(f"cannot pickle '_lzma.{type(self).__name__}' object")


class LZMACompressor(_Unpicklable):
    """LZMACompressor(format=FORMAT_XZ, check=-1, preset=None, filters=None)

    Create a compressor object for compressing data incrementally.
    """

    __slots__ = ("_coder", "_flushed")
    __module__ = "_lzma"

    def __new__(cls, format=FORMAT_XZ, check=-1, preset=None, filters=None):
        self = object.__new__(cls)
        format = _int(format)
        check = _int(check)
        if preset is not None and filters is not None:
            raise ValueError("Cannot specify both preset and filter chain")
        level = PRESET_DEFAULT if preset is None else _uint32(_int(preset))
        if format != FORMAT_XZ and check not in (-1, CHECK_NONE):
            raise ValueError("Integrity checks are only supported by FORMAT_XZ")
        if format not in (FORMAT_XZ, FORMAT_ALONE, FORMAT_RAW):
            raise ValueError(f"Invalid container format: {format}")
        if format == FORMAT_RAW and filters is None:
            raise ValueError("Must specify filters for FORMAT_RAW")
        chain = None if filters is None else _filters(filters)
        if format == FORMAT_ALONE and chain is not None:
            if len(chain) != 1 or chain[0][0] != FILTER_LZMA1:
                raise ValueError("Invalid filter chain for FORMAT_ALONE - must be a single LZMA1 filter")
        if check == -1:
            check = CHECK_CRC64
        self._flushed = False
        self._coder = _made(_native.encoder(format, check, level, chain))
        return self

    def _run(self, data, action):
        out, _, status, _ = self._coder.run(data, action)
        if status not in (_OK, _END, _NO_CHECK, _GET_CHECK) and (status != _BUFFER or data):
            raise _error(status)
        return out

    def compress(self, data, /):
        """Provide data to the compressor object.

        Returns a chunk of compressed data if possible, or b'' otherwise.

        When you have finished providing data to the compressor, call the
        flush() method to finish the compression process.
        """
        if self._flushed:
            raise ValueError("Compressor has been flushed")
        return self._run(data, _RUN)

    def flush(self):
        """Finish the compression process.

        Returns the compressed data left in internal buffers.

        The compressor object may not be used after this method is called.
        """
        if self._flushed:
            raise ValueError("Repeated call to flush()")
        self._flushed = True
        return self._run(b"", _FINISH)


def _int(value):
    if isinstance(value, int):
        return value
    try:
        index = type(value).__index__
    except AttributeError:
        message = f"'{type(value).__name__}' object cannot be interpreted as an integer"
        raise TypeError(message) from None
    return index(value)


class LZMADecompressor(_Unpicklable):
    """Create a decompressor object for decompressing data incrementally.

      format
        Specifies the container format of the input stream.  If this is
        FORMAT_AUTO (the default), the decompressor will automatically detect
        whether the input is FORMAT_XZ or FORMAT_ALONE.  Streams created with
        FORMAT_RAW cannot be autodetected.
      memlimit
        Limit the amount of memory used by the decompressor.  This will cause
        decompression to fail if the input cannot be decompressed within this
        limit.
      filters
        A custom filter chain.  This argument is required for FORMAT_RAW, and
        not accepted with any other format.  When provided, this should be a
        sequence of dicts, each indicating the ID and options for a single
        filter.

    For one-shot decompression, use the decompress() function instead.
    """

    __slots__ = ("_coder", "_input", "_eof", "_unused", "_hungry", "_check")
    __module__ = "_lzma"

    def __new__(cls, format=FORMAT_AUTO, memlimit=None, filters=None):
        self = object.__new__(cls)
        format = _int(format)
        limit = (1 << 64) - 1
        if memlimit is not None:
            if format == FORMAT_RAW:
                raise ValueError("Cannot specify memory limit with FORMAT_RAW")
            limit = _int(memlimit)
        if format == FORMAT_RAW and filters is None:
            raise ValueError("Must specify filters for FORMAT_RAW")
        if format != FORMAT_RAW and filters is not None:
            raise ValueError("Cannot specify filters except with FORMAT_RAW")
        if format not in (FORMAT_AUTO, FORMAT_XZ, FORMAT_ALONE, FORMAT_RAW):
            raise ValueError(f"Invalid container format: {format}")
        chain = None if filters is None else _filters(filters)
        self._check = CHECK_NONE if format in (FORMAT_ALONE, FORMAT_RAW) else CHECK_UNKNOWN
        self._input = b""
        self._unused = b""
        self._eof = False
        self._hungry = True
        self._coder = _made(_native.decoder(format, limit, chain))
        return self

    def decompress(self, data, max_length=-1):
        """Decompress *data*, returning uncompressed data as bytes.

        If *max_length* is nonnegative, returns at most *max_length* bytes of
        decompressed data.  If this limit is reached and further output can be
        produced, *self.needs_input* will be set to ``False``.  In this case, the next
        call to *decompress()* may provide *data* as b'' to obtain more of the output.

        If all of the input data was decompressed and returned (either because this
        was less than *max_length* bytes, or because *max_length* was negative),
        *self.needs_input* will be set to True.

        Attempting to decompress data after the end of stream is reached raises an
        EOFError.  Any data found after the end of the stream is ignored and saved in
        the unused_data attribute.
        """
        view = memoryview(data)
        if self._eof:
            raise EOFError("Already at end of stream")
        if self._input:
            view = self._input + bytes(view)
        out, used, status, told = self._coder.run(view, _RUN, max_length)
        if told is not None:
            self._check = told
        rest = bytes(view[used:])
        if status == _END:
            self._eof = True
            self._unused = rest
            self._input = b""
            self._hungry = False
            return out
        if status not in (_OK, _NO_CHECK, _GET_CHECK):
            if status != _BUFFER or rest and len(out) != max_length:
                self._input = rest
                raise _error(status)
        self._input = rest
        self._hungry = not rest and (max_length < 0 or len(out) < max_length)
        return out

    @property
    def check(self):
        """ID of the integrity check used by the input stream."""
        return self._check

    @property
    def eof(self):
        """True if the end-of-stream marker has been reached."""
        return self._eof

    @property
    def needs_input(self):
        """True if more input is needed before more decompressed data can be produced."""
        return self._hungry

    @property
    def unused_data(self):
        """Data found after the end of the compressed stream."""
        return self._unused
