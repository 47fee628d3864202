# Classes, instances, attributes, repr.
class A:
    count = 0
    def __init__(self, x):
        self.x = x
        A.count += 1
    def get(self): return self.x
    def set(self, v):
        self.x = v
        return self


a, b = A(1), A("two")
print(a.get(), b.x, A.count, a.set(5).get(), a.__dict__, b.__class__ is A, A.__name__, A.__bases__ == (object,))
a.count = 100
print(a.count, b.count, A.count, "count" in a.__dict__)
a.new = lambda: "instance attribute"
print(a.new(), hasattr(b, "new"), getattr(b, "new", "default"))
A.later = lambda self: ("later", self.x)
print(a.later(), b.later(), A.later(b), A.get(a))
m = a.get
a.x = 9
print(m(), m.__self__ is a, m.__func__ is A.get, m == a.get, m is a.get)
class Empty: pass
e = Empty()
e.z = 1
e.y = 2
print(vars(e), Empty.__dict__.get("z"), list(e.__dict__))
e.__dict__["w"] = 3
print(e.w)
e.__dict__ = {"q": 1}
print(e.q, hasattr(e, "w"))
e.__class__ = A
e.x = "became A"
print(e.get(), type(e).__name__, isinstance(e, Empty))
setattr(e, "dyn amic", 1)
print(getattr(e, "dyn amic"))
delattr(e, "dyn amic")
class P:
    def __repr__(self): return "P!"
print(P(), [P()], str(P()), f"{P()}", {"k": P()}, (P(),))
class S:
    def __str__(self): return "S!"
print(str(S()), repr(S()).startswith("<__main__.S object at 0x"), repr(A), repr(A.get).startswith("<function A.get at 0x"))
class R:
    def __init__(self): return 1
try:
    R()
except TypeError as error:
    print(error)
print(type("Dyn", (A,), {"extra": 1})(3).get(), type("Dyn", (), {}).__name__)
