"""Codecs of simplified Chinese."""

from functools import partial as _partial

from _multibytecodec import _find_codec

getcodec = _partial(_find_codec, ('gb2312', 'gbk', 'gb18030', 'hz'))
