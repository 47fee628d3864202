"""The zlib module: compressing and restoring text, checksums, in one piece and in a stream."""

import zlib

SIZE = 120000
SMALL = 50


def run(n):
    text = b"".join(b"line %d of a text that repeats itself, more or less %d\n" % (i, i * i % 97) for i in range(n))
    packed = zlib.compress(text, 6)
    ok = zlib.decompress(packed) == text
    stream = zlib.compressobj(1)
    pieces = [stream.compress(text[at : at + 4096]) for at in range(0, len(text), 4096)]
    pieces.append(stream.flush())
    restore = zlib.decompressobj()
    back = b"".join([restore.decompress(piece) for piece in pieces]) + restore.flush()
    return f"{len(text)} {ok} {back == text} {len(packed) < len(text) // 4} {zlib.crc32(text)} {zlib.adler32(text)}"


if __name__ == "__main__":
    import sys

    n = int(sys.argv[1]) if len(sys.argv) > 1 else SIZE
    print("lib_zlib", n, run(n))
