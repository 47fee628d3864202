import io
import lzma
from compression import zstd

data = b"".join(b"line %d of a text that repeats\n" % i for i in range(2000))

print("lzma")
for format in (lzma.FORMAT_XZ, lzma.FORMAT_ALONE):
    packed = lzma.compress(data, format=format)
    print(len(packed) < len(data) // 8, lzma.decompress(packed) == data)
raw = [{"id": lzma.FILTER_DELTA, "dist": 4}, {"id": lzma.FILTER_LZMA2, "preset": 1}]
packed = lzma.compress(data, format=lzma.FORMAT_RAW, filters=raw)
print(lzma.decompress(packed, format=lzma.FORMAT_RAW, filters=raw) == data)
d = lzma.LZMADecompressor()
packed = lzma.compress(data, check=lzma.CHECK_SHA256) + b"behind"
out = [d.decompress(packed[:100], max_length=50)]
print(d.check, d.eof, d.needs_input, len(out[0]))
rest = packed[100:]
while not d.eof:
    out.append(d.decompress(rest, max_length=5000))
    rest = b""
print(b"".join(out) == data, max(map(len, out)), d.unused_data)
for bad in (b"not compressed at all", lzma.compress(data)[:50]):
    try:
        lzma.decompress(bad)
    except lzma.LZMAError as e:
        print(e)
with lzma.open(io.BytesIO(lzma.compress(data)), "rt") as f:
    print(f.readline(), len(f.read()))
for arguments in ({"preset": 3, "filters": raw}, {"format": 17}, {"preset": 99}):
    try:
        lzma.LZMACompressor(**arguments)
    except (ValueError, lzma.LZMAError) as e:
        print(type(e).__name__, e)

print("zstd")
for level in (-5, 1, 19):
    packed = zstd.compress(data, level)
    print(len(packed) < len(data) // 2, zstd.decompress(packed) == data)
print(zstd.get_frame_info(zstd.compress(data)))
c = zstd.ZstdCompressor(options={zstd.CompressionParameter.checksum_flag: 1})
packed = c.compress(data[:1000]) + c.flush(c.FLUSH_BLOCK) + c.compress(data[1000:]) + c.flush()
print(zstd.decompress(packed) == data, c.last_mode)
d = zstd.ZstdDecompressor()
out = d.decompress(packed[:50], max_length=10)
print(len(out), d.eof, d.needs_input)
out += d.decompress(packed[50:] + b"behind")
print(out == data, d.eof, d.unused_data)
samples = [b"key%d=value%d;" % (i, i * 7) * 4 for i in range(300)]
trained = zstd.train_dict(samples, 2000)
small = zstd.compress(samples[5], zstd_dict=trained)
print(len(small) < len(zstd.compress(samples[5])), zstd.decompress(small, trained) == samples[5])
for bad in (b"not compressed", packed[:60]):
    try:
        zstd.decompress(bad)
    except zstd.ZstdError as e:
        print(e)
with zstd.open(io.BytesIO(packed), "rt") as f:
    print(f.readline(), len(f.read()))
try:
    zstd.compress(b"", options={zstd.CompressionParameter.window_log: 100})
except ValueError as e:
    print(e)
