"""Implementation module for Zstandard compression: checks of arguments; the library is native."""

import _pyjit_zstd as _native
from _pyjit_zstd import ZstdError

zstd_version_number = _native.version
zstd_version = ".".join(str(zstd_version_number // n % 100) for n in (10000, 100, 1))

ZSTD_CLEVEL_DEFAULT = _native.default_level
ZSTD_DStreamOutSize = 131072

_COMPRESSION = {
    "compressionLevel": 100, "windowLog": 101, "hashLog": 102, "chainLog": 103,
    "searchLog": 104, "minMatch": 105, "targetLength": 106, "strategy": 107,
    "enableLongDistanceMatching": 160, "ldmHashLog": 161, "ldmMinMatch": 162,
    "ldmBucketSizeLog": 163, "ldmHashRateLog": 164, "contentSizeFlag": 200,
    "checksumFlag": 201, "dictIDFlag": 202, "nbWorkers": 400, "jobSize": 401,
    "overlapLog": 402,
}
globals().update((f"ZSTD_c_{name}", number) for name, number in _COMPRESSION.items())
ZSTD_d_windowLogMax = 100

(ZSTD_fast, ZSTD_dfast, ZSTD_greedy, ZSTD_lazy, ZSTD_lazy2, ZSTD_btlazy2,
 ZSTD_btopt, ZSTD_btultra, ZSTD_btultra2) = range(1, 10)

_DIGESTED, _UNDIGESTED, _PREFIX = range(3)
_INT_MIN, _INT_MAX = -(1 << 31), (1 << 31) - 1

_c_parameter_type = _d_parameter_type = None


def _snake(name):
    return "".join(f"_{c.lower()}" if c.isupper() else c for c in name).replace("_i_d", "_id")


_C_NAMES = {number: _snake(name) for name, number in _COMPRESSION.items()}
_C_NAMES[401] = "job_size"
_D_NAMES = {100: "window_log_max"}


def set_parameter_types(c_parameter_type, d_parameter_type):
    """Set CompressionParameter and DecompressionParameter types for validity check.

    c_parameter_type
      CompressionParameter IntEnum type object
    d_parameter_type
      DecompressionParameter IntEnum type object
    """
    global _c_parameter_type, _d_parameter_type
    if not isinstance(c_parameter_type, type) or not isinstance(d_parameter_type, type):
        raise ValueError("The two arguments should be CompressionParameter and "
                         "DecompressionParameter types.")
    _c_parameter_type = c_parameter_type
    _d_parameter_type = d_parameter_type


def get_param_bounds(parameter, is_compress):
    """Get CompressionParameter/DecompressionParameter bounds.

      parameter
        The parameter to get bounds.
      is_compress
        True for CompressionParameter, False for DecompressionParameter.
    """
    return _native.get_param_bounds(parameter, is_compress)


def get_frame_size(frame_buffer):
    """Get the size of a Zstandard frame, including the header and optional checksum.

      frame_buffer
        A bytes-like object, it should start from the beginning of a frame,
        and contains at least one complete frame.
    """
    return _native.get_frame_size(frame_buffer)


def get_frame_info(frame_buffer):
    """Get Zstandard frame information from a frame header.

      frame_buffer
        A bytes-like object, containing the header of a Zstandard frame.
    """
    return _native.get_frame_info(frame_buffer)


def _check_samples(samples, sizes, dict_size, name):
    if not isinstance(samples, bytes):
        raise TypeError(f"{name}() samples_bytes must be bytes, not {type(samples).__name__}")
    if not isinstance(sizes, tuple):
        raise TypeError(f"{name}() samples_sizes must be tuple, not {type(sizes).__name__}")
    if not isinstance(dict_size, int):
        raise TypeError(f"'{type(dict_size).__name__}' object cannot be interpreted as an integer")
    if not -(1 << 63) <= dict_size < 1 << 63:
        raise OverflowError("Python int too large to convert to C ssize_t")
    if dict_size <= 0:
        raise ValueError("dict_size argument should be positive number.")
    total = 0
    for size in sizes:
        if not isinstance(size, int):
            raise TypeError(f"'{type(size).__name__}' object cannot be interpreted as an integer")
        if not 0 <= size < 1 << 64:
            raise ValueError(f"Items in samples_sizes should be an int object, with a value "
                             f"between 0 and {(1 << 64) - 1}.")
        total += size
    if total != len(samples):
        raise ValueError("The samples size tuple doesn't match the concatenation's size.")


def train_dict(samples_bytes, samples_sizes, dict_size, /):
    """Train a Zstandard dictionary on sample data.

      samples_bytes
        Concatenation of samples.
      samples_sizes
        Tuple of samples' sizes.
      dict_size
        The size of the dictionary.
    """
    _check_samples(samples_bytes, samples_sizes, dict_size, "train_dict")
    return _native.train(samples_bytes, samples_sizes, dict_size)


def finalize_dict(custom_dict_bytes, samples_bytes, samples_sizes, dict_size,
                  compression_level, /):
    """Finalize a Zstandard dictionary.

      custom_dict_bytes
        Custom dictionary content.
      samples_bytes
        Concatenation of samples.
      samples_sizes
        Tuple of samples' sizes.
      dict_size
        The size of the dictionary.
      compression_level
        Optimize for a specific Zstandard compression level, 0 means default.
    """
    if not isinstance(custom_dict_bytes, bytes):
        raise TypeError("finalize_dict() custom_dict_bytes must be bytes, not "
                        f"{type(custom_dict_bytes).__name__}")
    if not isinstance(compression_level, int):
        kind = type(compression_level).__name__
        raise TypeError(f"'{kind}' object cannot be interpreted as an integer")
    _c_int(compression_level, "level")
    _check_samples(samples_bytes, samples_sizes, dict_size, "finalize_dict")
    return _native.finalize(custom_dict_bytes, samples_bytes, samples_sizes, dict_size,
                            compression_level)


class _Unpicklable:
    __slots__ = ()

    def __reduce_ex__(self, protocol):
        raise TypeError(f"cannot pickle '{type(self).__module__}.{type(self).__name__}' object")

    def __reduce__(self):
        return self.__reduce_ex__(0)


class ZstdDict(_Unpicklable):
    """Represents a Zstandard dictionary.

      dict_content
        The content of a Zstandard dictionary as a bytes-like object.
      is_raw
        If true, perform no checks on *dict_content*, useful for some
        advanced cases. Otherwise, check that the content represents
        a Zstandard dictionary created by the zstd library or CLI.

    The dictionary can be used for compression or decompression, and can be shared
    by multiple ZstdCompressor or ZstdDecompressor objects.
    """

    __slots__ = ("_content", "_id")
    __module__ = "compression.zstd"

    def __new__(cls, dict_content, /, *, is_raw=False):
        self = object.__new__(cls)
        content = bytes(memoryview(dict_content))
        if len(content) < 8:
            raise ValueError("Zstandard dictionary content too short (must have at least eight bytes)")
        self._content = content
        self._id = _native.dict_id(content)
        if not is_raw and self._id == 0:
            raise ValueError("invalid Zstandard dictionary")
        return self

    @property
    def dict_content(self):
        """The content of a Zstandard dictionary, as a bytes object."""
        return self._content

    @property
    def dict_id(self):
        """the Zstandard dictionary, an int between 0 and 2**32.

        The special value 0 means a 'raw content' dictionary,
        without any restrictions on format or content.
        """
        return self._id

    @property
    def as_digested_dict(self):
        """Load as a digested dictionary to compressor."""
        return (self, _DIGESTED)

    @property
    def as_undigested_dict(self):
        """Load as an undigested dictionary to compressor."""
        return (self, _UNDIGESTED)

    @property
    def as_prefix(self):
        """Load as a prefix to compressor/decompressor."""
        return (self, _PREFIX)

    def __len__(self):
        return len(self._content)

    def __repr__(self):
        return f"<ZstdDict dict_id={self._id} dict_size={len(self._content)}>"

    __str__ = __repr__


def _dictionary(zstd_dict, default):
    """The dictionary and how it is to be used."""
    if isinstance(zstd_dict, ZstdDict):
        return zstd_dict, default
    if isinstance(zstd_dict, tuple) and len(zstd_dict) == 2:
        found, kind = zstd_dict
        if isinstance(found, ZstdDict) and isinstance(kind, int):
            if not _INT_MIN <= kind <= _INT_MAX:
                raise OverflowError("Python int too large to convert to C int")
            if kind in (_DIGESTED, _UNDIGESTED, _PREFIX):
                return found, kind
    raise TypeError("zstd_dict argument should be a ZstdDict object.")


def _set_parameters(context, options, is_compress):
    kind = "compression" if is_compress else "decompression"
    names = _C_NAMES if is_compress else _D_NAMES
    other = _d_parameter_type if is_compress else _c_parameter_type
    for key, value in options.items():
        if other is not None and type(key) is other:
            raise TypeError(f"{kind} options dictionary key must not be a "
                            f"{other.__name__} attribute")
        key, value = _c_int(key, "key"), _c_int(value, "value")
        # The library makes levels that are out of range fit.
        level = is_compress and key == 100
        if not level and context.set(key, value):
            continue
        name = names.get(key)
        if name is None:
            raise ValueError(f"invalid {kind} parameter 'unknown parameter (key {key})'")
        low, high = get_param_bounds(key, is_compress)
        if level and low <= value <= high:
            context.set(key, value)
            continue
        raise ValueError(f"{kind} parameter '{name}' received an illegal value {value}; "
                         f"the valid range is [{low}, {high}]")


def _c_int(value, what):
    if not isinstance(value, int):
        index = getattr(type(value), "__index__", None)
        if index is None:
            kind = type(value).__name__
            raise TypeError(f"'{kind}' object cannot be interpreted as an integer")
        value = index(value)
    if not _INT_MIN <= value <= _INT_MAX:
        raise OverflowError("Python int too large to convert to C int")
    return int(value)


class ZstdCompressor(_Unpicklable):
    """Create a compressor object for compressing data incrementally.

      level
        The compression level to use. Defaults to COMPRESSION_LEVEL_DEFAULT.
      options
        A dict object that contains advanced compression parameters.
      zstd_dict
        A ZstdDict object, a pre-trained Zstandard dictionary.

    Thread-safe at method level. For one-shot compression, use the compress()
    function instead.
    """

    __slots__ = ("_context", "_last_mode", "_workers")
    __module__ = "compression.zstd"

    CONTINUE = 0
    FLUSH_BLOCK = 1
    FLUSH_FRAME = 2

    def __new__(cls, level=None, options=None, zstd_dict=None):
        self = object.__new__(cls)
        self._context = context = _native.Compressor()
        self._last_mode = self.FLUSH_FRAME
        used_level = 0
        if level is not None and options is not None:
            raise TypeError("Only one of level or options should be used.")
        if level is not None:
            if not isinstance(level, int):
                raise TypeError("invalid type for level, expected int")
            low, high = get_param_bounds(100, True)
            if not _INT_MIN <= level <= _INT_MAX:
                raise ValueError(f"illegal compression level; the valid range is [{low}, {high}]")
            if not low <= level <= high:
                raise ValueError(f"illegal compression level {level}; "
                                 f"the valid range is [{low}, {high}]")
            context.set(100, int(level))
            used_level = int(level)
        if options is not None:
            if not isinstance(options, dict):
                raise TypeError("ZstdCompressor() argument 'options' must be dict, not "
                                f"{type(options).__name__}")
            try:
                _set_parameters(context, options, True)
            except OverflowError:
                raise ValueError("compression option value must fit a C int") from None
            used_level = int(options.get(100, 0))
        if zstd_dict is not None:
            found, kind = _dictionary(zstd_dict, _UNDIGESTED)
            context.load(found.dict_content, kind, used_level or ZSTD_CLEVEL_DEFAULT)
        return self

    @property
    def last_mode(self):
        """The last mode used to this compressor object, its value can be .CONTINUE, .FLUSH_BLOCK, .FLUSH_FRAME. Initialized to .FLUSH_FRAME.

        It can be used to get the current state of a compressor, such as, data
        flushed, or a frame ended.
        """
        return self._last_mode

    def _run(self, data, mode):
        try:
            out = self._context.compress(data, mode)
        except ZstdError:
            self._last_mode = self.FLUSH_FRAME
            raise
        self._last_mode = mode
        return out

    def compress(self, data, mode=CONTINUE):
        """Provide data to the compressor object.

          mode
            Can be these 3 values ZstdCompressor.CONTINUE,
            ZstdCompressor.FLUSH_BLOCK, ZstdCompressor.FLUSH_FRAME

        Return a chunk of compressed data if possible, or b'' otherwise. When you have
        finished providing data to the compressor, call the flush() method to finish
        the compression process.
        """
        if _c_int(mode, "mode") not in (0, 1, 2):
            raise ValueError("mode argument wrong value, it should be one of "
                             "ZstdCompressor.CONTINUE, ZstdCompressor.FLUSH_BLOCK, "
                             "ZstdCompressor.FLUSH_FRAME.")
        return self._run(data, mode)

    def flush(self, mode=FLUSH_FRAME):
        """Finish the compression process.

          mode
            Can be these 2 values ZstdCompressor.FLUSH_FRAME,
            ZstdCompressor.FLUSH_BLOCK

        Flush any remaining data left in internal buffers. Since Zstandard data
        consists of one or more independent frames, the compressor object can still
        be used after this method is called.
        """
        if _c_int(mode, "mode") not in (1, 2):
            raise ValueError("mode argument wrong value, it should be "
                             "ZstdCompressor.FLUSH_FRAME or ZstdCompressor.FLUSH_BLOCK.")
        return self._run(b"", mode)

    def set_pledged_input_size(self, size, /):
        """Set the uncompressed content size to be written into the frame header.

          size
            The size of the uncompressed data to be provided to the compressor.

        This method can be used to ensure the header of the frame about to be written
        includes the size of the data, unless the CompressionParameter.content_size_flag
        is set to False. If last_mode != FLUSH_FRAME, then a RuntimeError is raised.

        It is important to ensure that the pledged data size matches the actual data
        size. If they do not match the compressed output data may be corrupted and the
        final chunk written may be lost.
        """
        if size is not None:
            if not isinstance(size, int):
                raise TypeError("size argument should be an int object or None, with a value "
                                f"between 0 and {(1 << 64) - 3}, or None.")
            if not 0 <= size < (1 << 64) - 2:
                raise ValueError("size argument should be a positive int less than "
                                 f"{(1 << 64) - 2}")
        if self._last_mode != self.FLUSH_FRAME:
            raise ValueError("set_pledged_input_size() method must be called when "
                             "last_mode == FLUSH_FRAME")
        self._context.pledge(size)


class ZstdDecompressor(_Unpicklable):
    """Create a decompressor object for decompressing data incrementally.

      zstd_dict
        A ZstdDict object, a pre-trained Zstandard dictionary.
      options
        A dict object that contains advanced decompression parameters.

    Thread-safe at method level. For one-shot decompression, use the decompress()
    function instead.
    """

    __slots__ = ("_context", "_input", "_eof", "_unused", "_hungry")
    __module__ = "compression.zstd"

    def __new__(cls, zstd_dict=None, options=None):
        self = object.__new__(cls)
        self._context = context = _native.Decompressor()
        self._input = self._unused = b""
        self._eof = False
        self._hungry = True
        if zstd_dict is not None:
            found, kind = _dictionary(zstd_dict, _DIGESTED)
            context.load(found.dict_content, kind)
        if options is not None:
            if not isinstance(options, dict):
                raise TypeError("ZstdDecompressor() argument 'options' must be dict, not "
                                f"{type(options).__name__}")
            _set_parameters(context, options, False)
        return self

    def decompress(self, data, max_length=-1):
        """Decompress *data*, returning uncompressed bytes if possible, or b'' otherwise.

          data
            A bytes-like object, Zstandard data to be decompressed.
          max_length
            Maximum size of returned data. When it is negative, the size of
            output buffer is unlimited. When it is nonnegative, returns at
            most max_length bytes of decompressed data.
        """
        view = memoryview(data)
        if self._eof:
            raise EOFError("Already at the end of a Zstandard frame.")
        if self._input:
            view = self._input + bytes(view)
        try:
            out, used, ended = self._context.decompress(view, max_length)
        except ZstdError:
            self._input = b""
            self._hungry = True
            raise
        rest = bytes(view[used:])
        if ended:
            self._eof = True
            self._unused = rest
            self._input = b""
            self._hungry = False
        else:
            self._input = rest
            self._hungry = not rest and (max_length < 0 or len(out) < max_length)
        return out

    @property
    def eof(self):
        """True means the end of the first frame has been reached.

        If decompress data after that, an EOFError exception will be raised.
        """
        return self._eof

    @property
    def needs_input(self):
        """If the max_length output limit in .decompress() method has been reached, and the decompressor has (or may has) unconsumed input data, it will be set to False.

        In this case, passing b'' to the .decompress() method may output further data.
        """
        return self._hungry

    @property
    def unused_data(self):
        """A bytes object of un-consumed input data.

        When ZstdDecompressor object stops after a frame is
        decompressed, unused input data after the frame. Otherwise this will be b''.
        """
        return self._unused
