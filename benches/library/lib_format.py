"""String formatting: f-strings, format(), % and str.format with the usual specifications."""

SIZE = 60000
SMALL = 50


def run(n):
    size = 0
    for i in range(n):
        x = i * 0.37
        size += len(f"{i:>8} {x:.3f} {i:#06x} {x:e}")
        size += len("%5d %-8s %.2f %r" % (i, "text", x, i))
        size += len("{0} {name:^10} {1!r:>6}".format(i, "a", name="mid"))
        size += len(f"{i:,} {i % 7:03d} {x!s} {'yes' if i & 1 else 'no':<5}|")
        size += len(format(i, "b")) + len(str(i)) + len(repr(x))
    return f"{size}"


if __name__ == "__main__":
    import sys

    n = int(sys.argv[1]) if len(sys.argv) > 1 else SIZE
    print("lib_format", n, run(n))
