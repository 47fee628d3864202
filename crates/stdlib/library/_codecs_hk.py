"""Codecs of Chinese as written in Hong Kong."""

from functools import partial as _partial

from _multibytecodec import _find_codec

getcodec = _partial(_find_codec, ('big5hkscs',))
