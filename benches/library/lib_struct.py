"""The struct module: packing and unpacking records, iter_unpack, int.from_bytes."""

import struct

SIZE = 300000
SMALL = 50


def run(n):
    record = struct.Struct("<IhBd4s")
    parts = bytearray()
    for i in range(n):
        parts += record.pack(i, i % 30000 - 15000, i & 255, i * 0.5, b"ab%d" % (i % 10))
    total = 0
    weight = 0.0
    for a, b, c, d, e in record.iter_unpack(parts):
        total += a + b + c + e[2]
        weight += d
    size = record.size
    second = 0
    for at in range(0, len(parts), size):
        a, b = struct.unpack_from("<Ih", parts, at)
        second ^= a * 31 + b
    third = 0
    for at in range(0, len(parts), size):
        third += int.from_bytes(parts[at : at + 4], "little")
    return f"{len(parts)} {total} {weight} {second} {third}"


if __name__ == "__main__":
    import sys

    n = int(sys.argv[1]) if len(sys.argv) > 1 else SIZE
    print("lib_struct", n, run(n))
