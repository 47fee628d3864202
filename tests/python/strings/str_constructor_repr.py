# str(), repr() and ascii() of everything.
print(str(), str(5), str(None), str("x"), str([1, "a"]), str({"k": "v"}), str((1,)), str({1}), str(set()), str(frozenset()), str(frozenset([1])))
print(repr("a'b"), repr('a"b'), repr("a'b\"c"), repr("a\\b"), repr("\t\n\r"), repr("\x00\x1f\x7f"), repr("é"), repr("\u200b"))
print(str(1.0), str(1e100), str(-0.0), str(1j), str(complex(1, -2)), str(True), str(...), str(range(3)), str(slice(1, 2)), str(int), str(len), str(b"x"), str(bytearray(b"x")))
print(repr([1, [2, [3]]]), repr({1: {2: {}}}), repr(("a", 'b"')), str([None, True, 1.5, "s", b"b", (), [], {}]))
l = [1]; l.append(l); print(l)
d = {}; d["self"] = d; print(d)
t = ([],); t[0].append(t); print(t)
s = [1, 2]; s.append((s, {"k": s})); print(s)
print(str(ValueError("x")), repr(ValueError("x")), str(type), str(type(None)), str(object), repr(Exception), str(NotImplemented))
class C:
    def __repr__(self): return "C()"
class D:
    def __str__(self): return "D!"
    def __repr__(self): return "D()"
print(str(C()), repr(C()), str(D()), [D()], {D: D()}[D], f"{D()}", f"{D()!r}", "%s %r" % (D(), D()), "{} {!r}".format(D(), D()))
print(str({"a": C(), "b": [D()]}), str(iter([])).startswith("<list_iterator object at 0x"), str((i for i in ())).startswith("<generator object <genexpr> at 0x"))
print(str(print), str(str.join), str("x".join).startswith("<built-in method join of str object at 0x"), str(lambda: 0).startswith("<function <lambda> at 0x"), str(C().__init__).startswith("<method-wrapper '__init__' of C object at 0x"), str(int.__add__), str([].append).startswith("<built-in method append of list object"))
print(str(map(str, [])).startswith("<map object"), str(property()).startswith("<property object"), str(super(C, C())), str(type.__dict__["__doc__"]).startswith("<attribute '__doc__'"), str(C.__dict__["__weakref__"]))
