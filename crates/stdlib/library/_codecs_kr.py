"""Codecs of Korean."""

from functools import partial as _partial

from _multibytecodec import _find_codec

getcodec = _partial(_find_codec, ('euc_kr', 'cp949', 'johab'))
