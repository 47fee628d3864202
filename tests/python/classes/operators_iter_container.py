# Container protocol by special methods.
class Seq:
    def __init__(self, *v): self.v = list(v)
    def __len__(self): return len(self.v)
    def __getitem__(self, i):
        if isinstance(i, slice): return Seq(*self.v[i])
        return self.v[i]
    def __setitem__(self, i, x): self.v[i] = x
    def __delitem__(self, i): del self.v[i]
    def __repr__(self): return f"Seq{tuple(self.v)}"
s = Seq(1, 2, 3, 4)
s[0] = 10
del s[1]
print(s, len(s), s[1:], s[-1], list(s), 10 in s, 99 in s, list(reversed(s)), sum(s), max(s), [*s], tuple(s))
a, *b = s
print(a, b, dict(enumerate(s)), list(zip(s, "ab")), sorted(s), any(s), bool(Seq()), "".join(map(str, s)))
class Keys:
    def __getitem__(self, k): return k
k = Keys()
print(k[1], k["a"], k[1, 2], k[1:2], k[::], k[..., 1:2, None], k[()], k[1,], k[-1:], k[*[1, 2]], k[*[1], 2])
class It:
    def __iter__(self): return iter([3, 1, 2])
print(list(It()), sorted(It()), 3 in It(), min(It()), set(It()) == {1, 2, 3})
class Cont:
    def __contains__(self, x): return "truthy" if x else ""
print(1 in Cont(), 0 in Cont(), 0 not in Cont())
class NoIter:
    __iter__ = None
    def __getitem__(self, i): return i
try:
    iter(NoIter())
except TypeError as error:
    print(error)
class NoCont:
    __contains__ = None
    def __iter__(self): return iter([1])
try:
    1 in NoCont()
except TypeError as error:
    print(error)
class BadIter:
    def __iter__(self): return 5
try:
    for x in BadIter(): pass
except TypeError as error:
    print(error)
five, none, one_set, t, text, l = 5, None, {1}, (1,), "a", [1]
for f in (lambda: five[0], lambda: none[0], lambda: one_set[0], lambda: object()[1], lambda: l.__getitem__("a"), lambda: t["a"], lambda: text[1.0], lambda: l[None], lambda: range(3)["x"], lambda: l[5], lambda: text[-3], lambda: t[1]):
    try:
        f()
    except (TypeError, IndexError) as error:
        print(error)
class Hint:
    def __init__(self): self.n = 3
    def __iter__(self): return self
    def __next__(self):
        self.n -= 1
        if self.n < 0: raise StopIteration
        return self.n
    def __length_hint__(self): return 10
print(list(Hint()))
class Call:
    def __call__(self, *a, **k): return a, k
print(Call()(1, *[2], x=3, **{"y": 4}), callable(Call()), callable(Call))
