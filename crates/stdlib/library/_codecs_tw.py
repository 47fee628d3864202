"""Codecs of traditional Chinese."""

from functools import partial as _partial

from _multibytecodec import _find_codec

getcodec = _partial(_find_codec, ('big5', 'cp950'))
