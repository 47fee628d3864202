"""Files: writing and reading line by line, text and bytes."""

import os
import tempfile

SIZE = 250000
SMALL = 50


def run(n):
    handle, path = tempfile.mkstemp()
    os.close(handle)
    try:
        with open(path, "w", encoding="utf-8") as out:
            for i in range(n):
                out.write(f"{i} line with an \u00e9 and a number {i * i}\n")
        total = words = 0
        with open(path, encoding="utf-8") as lines:
            for line in lines:
                fields = line.split()
                words += len(fields)
                total += int(fields[-1])
        size = 0
        with open(path, "rb") as lines:
            for line in lines:
                size += len(line)
        with open(path, encoding="utf-8") as whole:
            letters = len(whole.read())
    finally:
        os.unlink(path)
    return f"{total} {words} {size} {letters}"


if __name__ == "__main__":
    import sys

    n = int(sys.argv[1]) if len(sys.argv) > 1 else SIZE
    print("lib_lines", n, run(n))
