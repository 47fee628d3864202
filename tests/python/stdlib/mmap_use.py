# Mapped files and anonymous memory.
import mmap
import os
import tempfile

m = mmap.mmap(-1, 16)
m[:5] = b"hello"
m.seek(5)
print(m.write(b" all\n"), m.tell(), m.find(b"l"), m.rfind(b"l", 0), m[4], m[::5])
m.seek(0)
print(m.readline(), m.read_byte(), m.read(2), len(m), m)
v = memoryview(m)
v[0] = ord("J")
try:
    m.close()
except BufferError as e:
    print(e)
v.release()
m.move(8, 0, 4)
print(m[:])
m.close()
print(m.closed, m)
with tempfile.TemporaryFile() as f:
    f.write(b"0123456789")
    f.flush()
    with mmap.mmap(f.fileno(), 0) as m:
        m[2] = 65
        m.flush()
        print(m.size(), os.pread(f.fileno(), 10, 0))
        m.resize(20)
        print(len(m), m[8:12])
    with mmap.mmap(f.fileno(), 0, access=mmap.ACCESS_READ) as m:
        for wrong in (lambda: m.write(b"x"), lambda: m.seek(99), lambda: m[99], lambda: m.resize(1)):
            try:
                wrong()
            except (TypeError, ValueError, IndexError) as e:
                print(type(e).__name__, e)
    with mmap.mmap(f.fileno(), 0, access=mmap.ACCESS_COPY) as m:
        m[0] = 66
        print(m[0], os.pread(f.fileno(), 1, 0))
