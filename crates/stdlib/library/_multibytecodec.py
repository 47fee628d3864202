"""Codecs of several bytes a character: error handling, incremental coding and
streams; the coding itself is native."""

import _codecs
import _pyjit_cjk as _native

# How much is tried at once after an error.
_PIECE = 256
# How much input may wait for more.
_MOST_CHARS, _MOST_BYTES = 2, 8


def _reason(problem):
    return ('incomplete' if problem < 0 else 'illegal') + ' multibyte sequence'


def _handled(kind, exception, size, types):
    """What the error handler gives: a replacement and where to go on."""
    errors, exception = exception
    result = _codecs.lookup_error(errors)(exception)
    if not (isinstance(result, tuple) and len(result) == 2
            and isinstance(result[0], types) and isinstance(result[1], int)):
        raise TypeError(f'{kind} error handler must return (str, int) tuple')
    text, at = result
    if at < 0:
        at += size
    if not 0 <= at <= size:
        raise IndexError(f'position {at} from error handler out of bounds')
    return text, at


def _encode(name, text, errors, state, last):
    """Bytes, how much of the text they stand for, and the state after it."""
    made, at, size, piece = [], 0, len(text), len(text)
    while True:
        part = text[at:at + piece]
        whole = at + len(part) == size
        data, used, state, problem = _native.encode(name, part, state, last and whole)
        made.append(data)
        at += used
        if problem <= 0 and not whole:
            continue
        if problem == 0 or problem < 0 and not last:
            return b''.join(made), at, state
        end = size if problem < 0 else at + problem
        piece = _PIECE
        if errors == 'ignore' or errors == 'replace':
            if errors == 'replace':
                data, _, state, problem = _native.encode(name, '?', state, True)
                made.append(b'?' if problem else data)
            at = end
            continue
        error = UnicodeEncodeError(name, text, at, end, _reason(problem))
        if errors is None or errors == 'strict':
            raise error
        data, at = _handled('encoding', (errors, error), size, (str, bytes))
        if isinstance(data, str):
            data, _, state = _encode(name, data, None, state, True)
        made.append(data)


def _decode(name, data, errors, state, last):
    """Text, how much of the data it stands for, and the state after it."""
    made, at, size, piece = [], 0, len(data), len(data)
    while True:
        part = data[at:at + piece]
        whole = at + len(part) == size
        text, used, state, problem = _native.decode(name, part, state)
        made.append(text)
        at += used
        if problem <= 0 and not whole:
            continue
        if problem == 0 or problem < 0 and not last:
            return ''.join(made), at, state
        end = size if problem < 0 else at + problem
        piece = _PIECE
        if errors == 'ignore' or errors == 'replace':
            if errors == 'replace':
                made.append('\ufffd')
            at = end
            continue
        error = UnicodeDecodeError(name, data, at, end, _reason(problem))
        if errors is None or errors == 'strict':
            raise error
        text, at = _handled('decoding', (errors, error), size, str)
        made.append(text)


def _data(input):
    if isinstance(input, str):
        raise TypeError("a bytes-like object is required, not 'str'")
    return bytes(memoryview(input))


def _checked(errors, function):
    if errors is not None and not isinstance(errors, str):
        raise TypeError(f"{function}() argument 'errors' must be str or None, "
                        f"not {type(errors).__name__}")
    return errors


class MultibyteCodec:
    """One encoding."""

    __slots__ = ('_name', '_encoder', '_decoder')

    def __new__(cls, *args, **kwargs):
        raise TypeError(f"cannot create '{cls.__module__}.{cls.__name__}' instances")

    def encode(self, input, errors=None):
        """Return an encoded string version of `input'.

        'errors' may be given to set a different error handling scheme. Default is
        'strict' meaning that encoding errors raise a UnicodeEncodeError."""
        _checked(errors, 'encode')
        if not isinstance(input, str):
            input = str(input)
        data, _, state = _encode(self._name, input, errors, self._encoder, True)
        return data + _native.reset(self._name, state)[0], len(input)

    def decode(self, input, errors=None):
        """Decodes 'input'.

        'errors' may be given to set a different error handling scheme. Default is
        'strict' meaning that encoding errors raise a UnicodeDecodeError."""
        _checked(errors, 'decode')
        input = _data(input)
        text, _, _ = _decode(self._name, input, errors, self._decoder, True)
        return text, len(input)


def _find_codec(names, name):
    """The codec with the name, if it is one of the names."""
    if not isinstance(name, str):
        raise TypeError('encoding name must be a string.')
    if name not in names:
        raise LookupError('no such codec is supported.')
    self = object.__new__(MultibyteCodec)
    self._name = name
    self._encoder, self._decoder = _native.start(name)
    return self


class _WithCodec:
    """What has a codec as an attribute of its class, and an error handler."""

    def __new__(cls, *args, **kwargs):
        self = super().__new__(cls)
        codec = self.codec
        if not isinstance(codec, MultibyteCodec):
            raise TypeError('codec is unexpected type')
        self._name = codec._name
        self._text, self._encoder = '', codec._encoder
        self._bytes, self._decoder = b'', codec._decoder
        return self

    @property
    def errors(self):
        """how to treat errors"""
        return self._errors

    @errors.setter
    def errors(self, value):
        if not isinstance(value, str):
            raise TypeError('errors must be a string')
        self._errors = value

    def _encoded(self, text, last):
        text = self._text + text
        data, used, state = _encode(self._name, text, self._errors, self._encoder, last)
        if len(text) - used > _MOST_CHARS:
            raise UnicodeEncodeError(self._name, text, used, len(text), 'pending buffer overflow')
        if last:
            more, state = _native.reset(self._name, state)
            data += more
        self._text, self._encoder = text[used:], state
        return data

    def _decoded(self, data, last):
        data = self._bytes + data
        text, used, state = _decode(self._name, data, self._errors, self._decoder, last)
        if len(data) - used > _MOST_BYTES:
            raise UnicodeDecodeError(self._name, data, used, len(data), 'pending buffer overflow')
        self._bytes, self._decoder = data[used:], state
        return text


def _text_of(input):
    if not isinstance(input, str):
        raise TypeError("couldn't convert the object to str.")
    return input


class MultibyteIncrementalEncoder(_WithCodec):
    """Encodes text that comes in parts."""

    def __init__(self, errors='strict'):
        self.errors = errors

    def encode(self, input, final=False):
        """Encode the next part."""
        return self._encoded(_text_of(input), bool(final))

    def getstate(self):
        """The state as a number."""
        waiting = self._text.encode()
        state = self._encoder.to_bytes(8, 'little')
        return int.from_bytes(bytes([len(waiting)]) + waiting + state, 'little')

    def setstate(self, state, /):
        """Go back to a state."""
        if not isinstance(state, int):
            raise TypeError(f'setstate() argument must be int, not {type(state).__name__}')
        data = state.to_bytes(17, 'little')
        if data[0] > 8:
            raise UnicodeError('pending buffer too large')
        end = 1 + data[0]
        text = data[1:end].decode()
        self._text, self._encoder = text, int.from_bytes(data[end:end + 8], 'little')

    def reset(self):
        """Forget what came so far."""
        self._text, self._encoder = '', self.codec._encoder


class MultibyteIncrementalDecoder(_WithCodec):
    """Decodes data that comes in parts."""

    def __init__(self, errors='strict'):
        self.errors = errors

    def decode(self, input, final=False):
        """Decode the next part."""
        return self._decoded(_data(input), bool(final))

    def getstate(self):
        """What waits for more, and the state as a number."""
        return self._bytes, self._decoder

    def setstate(self, state, /):
        """Go back to a state."""
        if not isinstance(state, tuple):
            raise TypeError(f'setstate() argument must be tuple, not {type(state).__name__}')
        waiting, number = state
        if not isinstance(waiting, bytes) or not isinstance(number, int):
            raise TypeError('setstate(): illegal state argument')
        if len(waiting) > _MOST_BYTES:
            raise UnicodeDecodeError(self._name, waiting, 0, len(waiting), 'pending buffer too large')
        number.to_bytes(8, 'little')
        self._bytes, self._decoder = waiting, number

    def reset(self):
        """Forget what came so far."""
        self._bytes, self._decoder = b'', self.codec._decoder


class _OnStream(_WithCodec):
    """What works on a stream of bytes."""

    def __init__(self, stream, errors='strict'):
        self._stream = stream
        self.errors = 'strict' if errors is None else errors

    @property
    def stream(self):
        """The stream of bytes."""
        return self._stream


class MultibyteStreamReader(_OnStream):
    """Decodes what a stream of bytes gives."""

    def _take(self, read, size):
        if size == 0:
            return ''
        while True:
            data = read() if size < 0 else read(size)
            if not isinstance(data, bytes):
                raise TypeError('stream function returned a non-bytes object '
                                f'({type(data).__name__})')
            text = self._decoded(data, not data or size < 0)
            if text or size < 0 or not data:
                return text
            size = 1

    def read(self, sizeobj=None, /):
        """Decode about so many bytes, all by default."""
        return self._take(self._stream.read, -1 if sizeobj is None else sizeobj.__index__())

    def readline(self, sizeobj=None, /):
        """Decode a line."""
        return self._take(self._stream.readline, -1 if sizeobj is None else sizeobj.__index__())

    def readlines(self, sizehintobj=None, /):
        """Decode all lines."""
        return self.read(sizehintobj).splitlines(True)

    def reset(self):
        """Forget what came so far."""
        self._bytes, self._decoder = b'', self.codec._decoder


class MultibyteStreamWriter(_OnStream):
    """Writes text to a stream of bytes."""

    def write(self, strobj, /):
        """Encode text and write it."""
        self._stream.write(self._encoded(_text_of(strobj), False))

    def writelines(self, lines, /):
        """Write all texts of a sequence."""
        for line in lines:
            self.write(line)

    def reset(self):
        """Write what waits for more, and what ends the text."""
        data = self._encoded('', True)
        if data:
            self._stream.write(data)
