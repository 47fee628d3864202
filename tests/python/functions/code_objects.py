# What functions and code objects tell about themselves.
import inspect
def f(a, /, b, c=3, *args, d, e=5, **kw):
    "doc of f"
    x = a
    def inner(): return x
    return inner
c = f.__code__
print(c.co_name, c.co_qualname, c.co_argcount, c.co_posonlyargcount, c.co_kwonlyargcount, c.co_nlocals, c.co_varnames, c.co_cellvars, c.co_freevars, c.co_flags & 0x0F, c.co_firstlineno, c.co_filename.endswith("code_objects.py"), c.co_names, type(c.co_consts).__name__)
print(inspect.signature(f), inspect.signature(lambda x, y=1: 0), inspect.getdoc(f), inspect.isfunction(f), inspect.isgeneratorfunction(f), inspect.signature(len), inspect.signature(f).parameters["d"].kind, list(inspect.signature(f).parameters))
def g(): yield
async def h(): pass
async def k(): yield
print([bool(x.__code__.co_flags & 0x20) for x in (f, g, h, k)], [bool(x.__code__.co_flags & 0x80) for x in (f, g, h, k)], [bool(x.__code__.co_flags & 0x200) for x in (f, g, h, k)])
def one(): return 1
def two(): return 2
one.__code__ = two.__code__
print(one(), one.__name__, one.__code__ is two.__code__)
print(f.__get__(5).__self__, f.__module__, f.__globals__ is globals(), f.__closure__, f(1, 2, d=0).__closure__[0].cell_contents, f.__type_params__, f.__builtins__ is not None)
import types
made = types.FunctionType(two.__code__, {}, "made", (1,))
print(made(), made.__name__, made.__defaults__)
cell = types.CellType(5)
print(cell.cell_contents, types.CellType() == types.CellType())
cell.cell_contents = 6
print(cell.cell_contents)
del cell.cell_contents
try:
    cell.cell_contents
except ValueError as e:
    print(e)
try:
    one.__code__ = f(1, 2, d=0).__code__
except ValueError as e:
    print(e)
print(inspect.signature(inspect.signature), inspect.getmodule(f).__name__, inspect.currentframe().f_lineno, [n for n, _ in inspect.getmembers(types.SimpleNamespace(a=1)) if not n.startswith("_")])
class C:
    def m(self, x): pass
    @classmethod
    def cm(cls, y): pass
    @staticmethod
    def sm(z): pass
print(inspect.signature(C.m), inspect.signature(C().m), inspect.signature(C.cm), inspect.signature(C.sm), inspect.signature(C))
