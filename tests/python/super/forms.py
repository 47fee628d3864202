# super in all its forms.
class A:
    def f(self): return "A.f"
    @classmethod
    def c(cls): return "A.c " + cls.__name__
    @staticmethod
    def s(): return "A.s"
    x = "A.x"
    @property
    def p(self): return "A.p"
    def __getitem__(self, i): return ("A", i)
    def __len__(self): return 3
class B(A):
    def f(self): return "B>" + super().f() + super(B, self).f()
    @classmethod
    def c(cls): return "B>" + super().c()
    @staticmethod
    def s(): return "B>" + super(B, B).s()
    x = "B.x"
    def get_x(self): return super().x, super(B, type(self)).x
    @property
    def p(self): return "B>" + super().p
    def __getitem__(self, i): return super().__getitem__(i + 1)
    def __len__(self): return super().__len__() + 1
    def nested(self):
        def inner(): return super(B, self).f()
        return inner(), [super(B, self).f() for _ in range(1)], (lambda: super(B, self).x)()
b = B()
print(b.f(), b.c(), B.c(), b.s(), b.get_x(), b.p, b[1], len(b), b.nested())
print(super(B, b).f(), super(B, B).f(b), super(A, b).__init__(), repr(super(B, b)))
s = super(B)
print(s.__thisclass__.__name__, s.__self__, s.__get__(b, B).f())
for f in (lambda: super(), lambda: super(int, "x"), lambda: super(1, 2), lambda: super(B, b).nope, lambda: setattr(super(B, b), "q", 1)):
    try:
        f()
    except (TypeError, RuntimeError, AttributeError) as error:
        print(type(error).__name__, error)
def no_args(): return super()
try:
    no_args()
except RuntimeError as error:
    print(error)
class C(B):
    def f(self, *a):
        self = self
        return "C>" + super().f()
    def bad(self):
        del self
        try:
            super()
        except RuntimeError as error:
            return str(error)
    def cls(self): return __class__
print(C().f(), C().bad(), C().cls().__name__)
class M1:
    def hi(self): return ["M1"]
class M2(M1):
    def hi(self): return ["M2"] + super().hi()
class M3(M1):
    def hi(self): return ["M3"] + super().hi()
class M4(M2, M3):
    def hi(self): return ["M4"] + super().hi()
print(M4().hi(), M2().hi())
