# Template strings.
name, n = "World", 5
t = t"Hello {name!r:>10} and {n + 1}!"
print(type(t).__name__, t.strings, t.values)
for i in t.interpolations: print(i.value, i.expression, i.conversion, repr(i.format_spec), type(i).__name__)
print([p if isinstance(p, str) else p.value for p in t], t"".strings, t"plain".strings, (t"a{1}" + t"b{2}").strings, t"{n=}".strings)
from string.templatelib import Template, Interpolation
print(isinstance(t, Template), Template("a", Interpolation(1, "x"), "b").strings)
def render(t):
    out = []
    for p in t:
        if isinstance(p, str): out.append(p)
        else:
            v = p.value
            if p.conversion == "r": v = repr(v)
            out.append(format(v, p.format_spec).upper())
    return "".join(out)
print(render(t"x {name!r} y {n:03}"), t"{n}{n}".strings, rt"\n{n}".strings, t"{{}}".strings, t"{name:{n}}".interpolations[0].format_spec)
try:
    t"a" + "b"
except TypeError as e:
    print(e)
