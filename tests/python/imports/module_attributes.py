# Module objects: __getattr__, __dir__, __dict__, __all__.
import _module_hooks as m
print(m.normal, m.dynamic, dir(m))
try:
    m.absent
except AttributeError as e:
    print(e)
m.new = 5
print(m.new, m.__dict__["new"], vars(m) is m.__dict__)
del m.new
print(hasattr(m, "new"))
import types
t = types.ModuleType("made", "doc")
t.x = 1
print(t.__name__, t.__doc__, t.x, t)
try:
    t.y
except AttributeError as e:
    print(e)
from _module_hooks import dynamic
print(dynamic)
