"""A view that nobody has any more lends nothing, whatever earlier calls have left behind."""
import os
import tempfile


def discarded(n):
    r = bytearray(n)
    memoryview(r)
    del r[1:]
    return len(r)


def measured(n):
    r = bytearray(n)
    k = len(memoryview(r)[3:])
    r += b'xyz'
    return k, len(r)


def deleted(n):
    r = bytearray(n)
    x = memoryview(r)
    y = x[1:]
    del x, y
    r.append(1)
    return len(r)


def read(path):
    r = bytearray(100)
    fd = os.open(path, os.O_RDONLY)
    n = os.readinto(fd, memoryview(r)[0:])
    os.close(fd)
    del r[n:]
    return bytes(r)


def held(n):
    r = bytearray(n)
    x = memoryview(r)
    y = x[2:]
    out = []
    for change in lambda: r.append(1), lambda: r.extend(b'12'), r.clear, lambda: r.__delitem__(0):
        try:
            change()
        except BufferError as e:
            out.append(str(e))
    x.release()
    try:
        r.append(1)
    except BufferError as e:
        out.append(str(e))
    y.release()
    r.append(1)
    return out, len(r)


class Lender:
    def __init__(self, of):
        self.of = of

    def __buffer__(self, flags):
        return memoryview(self.of)


def lent(n):
    r = bytearray(range(n))
    try:
        r.extend(Lender(r))
    except BufferError as e:
        return str(e)
    return len(r)


with tempfile.NamedTemporaryFile() as f:
    f.write(b'hello\n')
    f.flush()
    for _ in range(30):
        results = discarded(9), measured(9), deleted(9), read(f.name)
print(results)
print(held(9))
print(lent(5))
