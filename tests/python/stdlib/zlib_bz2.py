# zlib, gzip and bz2: round trips, pieces, limits and errors.
import bz2
import gzip
import io
import zlib

data = b"The quick brown fox jumps over the lazy dog. " * 200


def attempt(f, *args, **kwargs):
    try:
        return f(*args, **kwargs)
    except Exception as e:
        return type(e).__name__, str(e)


print(hex(zlib.crc32(data)), hex(zlib.adler32(data)))
print(zlib.crc32(b"b", zlib.crc32(b"a")) == zlib.crc32(b"ab"), zlib.adler32(b""))
for level in (0, 1, 6, 9):
    packed = zlib.compress(data, level)
    print(level, len(packed) < len(data) or level == 0, zlib.decompress(packed) == data)
for wbits in (-15, 15, 31, 9):
    c = zlib.compressobj(wbits=wbits)
    packed = c.compress(data[:1000]) + c.flush(zlib.Z_SYNC_FLUSH) + c.compress(data[1000:]) + c.flush()
    print(wbits, zlib.decompress(packed, wbits) == data)

packed = zlib.compress(data)
d = zlib.decompressobj()
out = d.decompress(packed + b"rest", 100)
print(len(out), bool(d.unconsumed_tail), d.eof)
out += d.decompress(d.unconsumed_tail)
print(out == data, d.eof, d.unused_data, d.flush())
d = zlib.decompressobj()
half = d.decompress(packed[:30])
twin = d.copy()
print(half + d.decompress(packed[30:]) == data, half + twin.decompress(packed[30:]) == data)

words = b"quick brown fox"
c = zlib.compressobj(zdict=words)
packed = c.compress(b"brown fox") + c.flush()
print(zlib.decompressobj(zdict=words).decompress(packed), attempt(zlib.decompress, packed))
print(attempt(zlib.decompress, b"garbage"), attempt(zlib.decompress, zlib.compress(data)[:-8]))
print(attempt(zlib.compress, data, 10), attempt(zlib.compressobj, 1, 2), attempt(zlib.compress, "x"))
c = zlib.compressobj()
c.flush()
print(attempt(c.flush), attempt(c.copy))
print(attempt(zlib.decompressobj().flush, 0), attempt(zlib.decompressobj().decompress, b"", -1))

z = zlib._ZlibDecompressor()
got = b""
packed = zlib.compress(data) + b"tail"
while not z.eof:
    got += z.decompress(packed[:50] if z.needs_input else b"", max_length=500)
    if z.needs_input:
        packed = packed[50:]
    elif not z.eof:
        continue
print(len(got) <= len(data))

buffer = io.BytesIO()
with gzip.open(buffer, "wt", encoding="utf-8") as f:
    f.write("line one\nline two\n")
buffer.seek(0)
with gzip.open(buffer, "rt") as f:
    print(f.readlines())
print(gzip.decompress(gzip.compress(data)) == data, attempt(gzip.decompress, b"no gzip"))

for level in (1, 9):
    packed = bz2.compress(data, level)
    print(packed[:4], bz2.decompress(packed) == data)
d = bz2.BZ2Decompressor()
got = b""
feed = packed + b"behind"
while not d.eof:
    got += d.decompress(feed[:7] if d.needs_input else b"", 1000)
    if d.needs_input or d.eof:
        feed = feed[7:]
print(got == data, d.needs_input, attempt(d.decompress, b""))
c = bz2.BZ2Compressor()
packed = c.compress(data) + c.flush()
print(bz2.decompress(packed + packed) == data + data)
print(attempt(c.compress, b""), attempt(c.flush), attempt(bz2.BZ2Compressor, 10))
print(attempt(bz2.decompress, b"BZh9 wrong"), attempt(bz2.decompress, packed[:20]))
