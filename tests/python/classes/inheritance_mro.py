# Method resolution, C3, conflicts.
class A:
    def who(self): return "A"
    def both(self): return "A.both"
class B(A):
    def who(self): return "B" + super().who()
class C(A):
    def who(self): return "C" + super().who()
    def both(self): return "C.both"
class D(B, C):
    def who(self): return "D" + super().who()
print(D().who(), D().both(), [c.__name__ for c in D.__mro__], D.mro() == list(D.__mro__))
print(issubclass(D, A), issubclass(A, D), isinstance(D(), (int, C)), issubclass(D, (int, B)), D.__base__.__name__, [b.__name__ for b in D.__bases__])
try:
    class X(A, B): pass
except TypeError as error:
    print(error)
try:
    class Y(A, A): pass
except TypeError as error:
    print(error)
try:
    class Z(int, str): pass
except TypeError as error:
    print(error)
try:
    class W(bool): pass
except TypeError as error:
    print(error)
try:
    class V(1): pass
except TypeError as error:
    print(error)
class Mixin:
    def extra(self): return f"extra {self.name}"
class E(Mixin, D):
    name = "e"
print(E().extra(), E().who(), sorted(c.__name__ for c in A.__subclasses__()))
class F(D): pass
D.who = lambda self: "patched"
print(F().who(), D().who())
del D.who
print(F().who())
B.__bases__ = (C,)
print([c.__name__ for c in B.__mro__], B().who())
