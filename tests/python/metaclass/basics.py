# Metaclasses: __new__, __init__, __call__, __prepare__, class attributes.
class Meta(type):
    def __prepare__(name, bases, **kw):
        print("prepare", name, [b.__name__ for b in bases], kw)
        return {"injected": 1}
    __prepare__ = classmethod(lambda mcls, name, bases, **kw: (print("prepare", mcls.__name__, name, kw), {"injected": 1})[1])
    def __new__(mcls, name, bases, ns, **kw):
        print("new", name, sorted(k for k in ns if not k.startswith("__")), kw)
        return super().__new__(mcls, name, bases, ns)
    def __init__(cls, name, bases, ns, **kw):
        print("init", name)
        super().__init__(name, bases, ns)
    def __call__(cls, *a, **k):
        print("call", cls.__name__, a)
        return super().__call__(*a, **k)
    def __len__(cls): return 7
    def __getitem__(cls, i): return f"{cls.__name__}[{i}]"
    def __iter__(cls): return iter("meta")
    def __contains__(cls, x): return x == 1
    def __repr__(cls): return f"<meta {cls.__name__}>"
    def __instancecheck__(cls, o): return o == "fake" or super().__instancecheck__(o)
    def __subclasscheck__(cls, c): return c is int or super().__subclasscheck__(c)
    def __bool__(cls): return False
    def __add__(cls, o): return "added"
class A(metaclass=Meta, flag=True):
    x = 1
    def __init__(self, v): self.v = v
class B(A): y = 2
print(A(5).v, A.injected, len(A), A[3], list(A), 1 in A, A, [B], isinstance("fake", A), issubclass(int, A), isinstance(1, A), bool(A), A + 1, type(B).__name__)
class M1(type): pass
class M2(type): pass
class X(metaclass=M1): pass
class Y(metaclass=M2): pass
try:
    class Z(X, Y): pass
except TypeError as error:
    print(error)
def func_meta(name, bases, ns, **kw): return name, bases, sorted(k for k in ns if k[0] != "_"), kw
class F(1 and object, metaclass=func_meta, opt=3): attr = 1
print(F)
class Reg(type):
    known = []
    def __init__(cls, *a):
        super().__init__(*a)
        Reg.known.append(cls.__name__)
class R1(metaclass=Reg): pass
class R2(R1): pass
print(Reg.known, type(R2) is Reg, type(type), type(Reg) is type)
try:
    class T(metaclass=Reg, extra=1): pass
except TypeError as error:
    print(error)
class Attr(type):
    def __getattr__(cls, n): return f"class attr {n}"
    shared = "on meta"
class W(metaclass=Attr): own = "own"
print(W.own, W.shared, W.missing, hasattr(W(), "shared"), hasattr(W(), "missing"))
W.dyn = 1
print(W.dyn)
