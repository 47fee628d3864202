# print's arguments and simple files.
import sys
print(); print(1, 2, sep="-"); print("a", end=""); print("b", end="!\n"); print("x", "y", sep="", end="\n"); print(sep="x"); print(1, None, [2], sep=", "); print("a", "b", sep=None, end=None); print("flush", flush=True)
print("to stdout", file=sys.stdout)
class W:
    def __init__(self): self.parts = []
    def write(self, s): self.parts.append(s)
    def flush(self): self.parts.append("<flush>")
w = W()
print("a", 1, sep="|", end="$", file=w, flush=True)
print(w.parts)
sys.stdout.write("written\n")
for f in (lambda: print(1, sep=5), lambda: print(1, end=b"x"), lambda: print(1, file=5), lambda: print(1, bad=2)):
    try:
        f()
    except (TypeError, AttributeError) as e:
        print(type(e).__name__, e)
import os
path = os.path.join(os.environ.get("TMPDIR", "/tmp"), "pyjit_test_file.txt")
with open(path, "w", encoding="utf-8") as f:
    print(f.write("line 1\nline é 2\n"), f.writelines(["a\n", "b"]), file=sys.stdout)
    print("printed", file=f)
with open(path, encoding="utf-8") as f:
    print(repr(f.readline()), f.read().splitlines(), repr(f.read()), f.closed, f.name == path, f.mode)
print(f.closed)
with open(path, "rb") as f: print(f.read(8), f.tell(), f.seek(0), len(f.read()))
with open(path, "a") as f: f.write("appended\n")
print([line.strip() for line in open(path, encoding="utf-8")])
try:
    open(os.path.join(os.environ.get("TMPDIR", "/tmp"), "nope_dir", "x"))
except FileNotFoundError as e:
    print(e.errno, e.strerror)
try:
    f.read()
except ValueError as e:
    print(e)
for mode in ("q", "rw", "", "rb+x"):
    try:
        open(path, mode)
    except ValueError as e:
        print(e)
os.remove(path)
print(os.path.exists(path))
import io
s = io.StringIO("a\nb\n")
print(s.readline(), list(s), s.getvalue(), io.BytesIO(b"abc").read(2), s.seek(0), s.read(1))
