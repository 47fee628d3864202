# Subclasses of builtin containers and numbers.
class L(list):
    def __getitem__(self, i): return ("L", super().__getitem__(i))
    def append(self, x): super().append(x * 2)
l = L([1, 2])
l.append(3)
print(l, l[0], l[-1], len(l), list(l), [x for x in l], l == [1, 2, 6], l + [1], type(l + [1]).__name__, l[0:1])
l.attr = 5
print(l.attr, isinstance(l, list))
class D(dict):
    def __missing__(self, k): return f"missing {k}"
d = D(a=1)
print(d["a"], d["zz"], d.get("zz"), "zz" in d, d, dict(d), {**d})
class Counter(dict):
    def __missing__(self, k):
        self[k] = 0
        return 0
c = Counter()
for ch in "hello": c[ch] += 1
print(c, sorted(c.items()))
class Setitem(dict):
    def __setitem__(self, k, v): super().__setitem__(k.lower(), v)
s = Setitem(A=1)
s["B"] = 2
s.update(C=3)
print(s)
class I(int):
    def __add__(self, o): return I(int(self) + int(o))
    def __repr__(self): return f"I({int(self)})"
print(I(1) + 2, I(1) * 2, 1 + I(2), I(3) == 3, I(5).bit_length(), {3: "x"}[I(3)], [10, 20][I(1)], sum([I(1), I(2)]))
class S(set):
    def add(self, x): super().add(x + 1)
s = S([1])
s.add(5)
print(s, s | {9}, type(s | {9}).__name__, S([1]) == {1})
class T(tuple): pass
t = T([1, 2])
print(t, t + (3,), type(t[:]).__name__, t == (1, 2), hash(t) == hash((1, 2)), type(t * 1).__name__)
class B(bytes): pass
print(B(b"x") + b"y", B(b"abc")[1], type(B(b"abc")[1:]).__name__)
class F(frozenset): pass
print(F([1]), len(F()), F([1]) == frozenset([1]))
class E(Exception):
    def __str__(self): return "custom str"
print(str(E("x")), repr(E("x")), E(1, 2).args)
class BA(bytearray): pass
b = BA(b"abc")
b.extend(b"d")
print(b, b.upper())
