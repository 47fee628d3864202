"""Codecs of the family of ISO 2022."""

from functools import partial as _partial

from _multibytecodec import _find_codec

getcodec = _partial(_find_codec, ('iso2022_kr', 'iso2022_jp', 'iso2022_jp_1', 'iso2022_jp_2',
                                 'iso2022_jp_2004', 'iso2022_jp_3', 'iso2022_jp_ext'))
