# classmethod, staticmethod, property in inheritance.
class A:
    n = 0
    @classmethod
    def make(cls, *a): return cls.__name__, a
    @staticmethod
    def add(a, b): return a + b
    @property
    def p(self): return "get p"
    @p.setter
    def p(self, v): print("set p", v)
    @p.deleter
    def p(self): print("del p")
    @classmethod
    def inc(cls):
        cls.n += 1
        return cls
class B(A):
    @classmethod
    def make(cls, *a): return "B:", super().make(*a)
    @property
    def p(self): return "B " + super().p
print(A.make(1), B.make(2), B().make(), A.add(1, 2), A().add(3, 4), B().p, A().p)
a = A()
a.p = 5
del a.p
try:
    B().p = 1
except AttributeError as error:
    print(error)
try:
    del B().p
except AttributeError as error:
    print(error)
A.inc(); B.inc(); B.inc()
print(A.n, B.n)
class R:
    x = property(lambda self: self._x, lambda self, v: setattr(self, "_x", v * 2), None, "the doc")
    wo = property(None, lambda self, v: None)
r = R()
r.x = 4
print(r.x, R.x.__doc__, type(R.x).__name__, R.x.fget is not None, R.x.fdel)
try:
    r.wo
except AttributeError as error:
    print(error)
print(A.__dict__["make"].__func__.__name__, type(A.__dict__["add"]).__name__, type(A.make).__name__, A.make.__self__ is A)
f = staticmethod(lambda: "called")
print(f())
class Prop2(property): pass
class U:
    @Prop2
    def v(self): return 1
    @v.setter
    def v(self, x): self.stored = x
u = U()
u.v = 3
print(u.v, u.stored, type(U.v).__name__)
class ErrProp:
    @property
    def bad(self): raise AttributeError("inside")
    def __getattr__(self, n): return "getattr " + n
print(ErrProp().bad)
