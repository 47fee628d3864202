# Module symtable.
import symtable

SOURCE = '''
import os as system
x: int = 1
def f(a, *args, b=1, **kw):
    global g
    g = [i + outer for i in a]
    def inner():
        nonlocal a
        a = x
        return lambda q: q + a
    return inner
class C[T](list):
    y: T
    def __m(self):
        return __class__, self.__z
type A[U: int] = dict[U, x]
'''


def show(t, depth=0):
    print(" " * depth, t.get_type().value, t.get_name(), t.get_lineno(), t.is_nested(), t.is_optimized())
    for s in sorted(t.get_symbols(), key=lambda s: s.get_name()):
        kinds = [k for k in ("referenced", "parameter", "global", "nonlocal", "declared_global", "local", "free",
                             "imported", "assigned", "namespace", "annotated", "type_parameter")
                 if getattr(s, "is_" + k)()]
        print(" " * depth, "-", s.get_name(), *kinds)
    for c in t.get_children():
        if c.get_name() != "__annotate__":
            show(c, depth + 2)


top = symtable.symtable(SOURCE, "<test>", "exec")
show(top)
f = top.lookup("f").get_namespace()
print(sorted(f.get_parameters()), sorted(f.get_locals()), sorted(f.get_globals()), f.get_frees(), f.get_nonlocals())
print(sorted(f.get_children()[-1].get_nonlocals()), sorted(top.lookup("C").get_namespaces()[0].get_identifiers()))
for source, mode in ("def f(x): global x", "exec"), ("x", "wrong"), ("a +", "eval"):
    try:
        symtable.symtable(source, "<test>", mode)
    except (SyntaxError, ValueError) as e:
        print(type(e).__name__, e)
