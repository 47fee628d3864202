# sys.
import sys
print(sys.version_info[:2], sys.version_info.major, sys.version_info >= (3, 14), sys.maxsize, sys.byteorder in ("little", "big"), sys.getrecursionlimit(), sys.argv[0].endswith("sys_use.py"), len(sys.argv), sys.maxunicode, type(sys.path).__name__, "sys" in sys.modules, sys.modules["__main__"].__name__, sys.float_info.max, sys.float_info.epsilon, sys.int_info.bits_per_digit > 0, sys.hash_info.width, sys.flags.optimize, sys.stdout.encoding.lower(), sys.getdefaultencoding(), sys.getfilesystemencoding(), sys.intern("x"), isinstance(sys.executable, str), sys.platform in ("linux", "darwin", "win32"), sys.getsizeof([]) > 0, sys.is_finalizing(), callable(sys.exit), sys.int_info.default_max_str_digits, sys.get_int_max_str_digits(), isinstance(sys.version, str), sys.hexversion >> 24)
def f():
    fr = sys._getframe()
    return fr.f_code.co_name, fr.f_back.f_code.co_name, fr.f_lineno
def g(): return f()
print(g())
sys.stdout.write("a\n"); sys.stderr.write("")
try:
    sys._getframe(1000)
except ValueError as e:
    print(e)
old = sys.stdout
class W:
    def __init__(self): self.t = ""
    def write(self, s): self.t += s
    def flush(self): pass
sys.stdout = w = W()
print("captured", 1)
sys.stdout = old
print(repr(w.t))
sys.setrecursionlimit(500)
print(sys.getrecursionlimit())
for f in (lambda: sys.exit(), lambda: sys.exit(5), lambda: sys.exit("m"), lambda: sys.exit((1, 2))):
    try:
        f()
    except SystemExit as e:
        print(repr(e), e.code)
hook = []
sys.displayhook(5); sys.displayhook(None)
import builtins
print(builtins._)
sys.modules["fake"] = type(sys)("fake")
import fake
print(fake.__name__)
sys.set_int_max_str_digits(700)
try:
    str(10 ** 800)
except ValueError as e:
    print(e)
sys.set_int_max_str_digits(0)
print(len(str(10 ** 5000)), sys.exc_info(), sys.implementation.version[:2], sys.thread_info is not None, sys.dont_write_bytecode, sys.getswitchinterval())
print(sys.orig_argv[-1].endswith(".py"), sys.warnoptions, sys.pycache_prefix, sys.ps1 if hasattr(sys, "ps1") else "no ps1")
