"""Codecs of Japanese."""

from functools import partial as _partial

from _multibytecodec import _find_codec

getcodec = _partial(_find_codec, ('shift_jis', 'cp932', 'euc_jp', 'shift_jis_2004', 'euc_jis_2004',
                                 'euc_jisx0213', 'shift_jisx0213'))
