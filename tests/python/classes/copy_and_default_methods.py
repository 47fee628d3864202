# Methods every object has.
class C: pass
c = C()
print(c == c, c != c, c == C(), hash(c) == hash(c), c.__eq__(5), c.__ne__(c), c.__lt__(1), repr(c) == str(c), c.__format__("") == str(c), c.__sizeof__() > 0, c.__class__ is C, c.__doc__, C.__module__, c.__dir__().count("__init__"), bool(c), c.__hash__() == hash(c), c.__init__() is None, C.__new__(C).__class__ is C, c.__reduce_ex__(2)[0].__name__, c.__subclasshook__ if False else C.__subclasshook__(int))
print(object.__repr__(5).startswith("<int object at 0x"), object.__str__("x"), object.__eq__(1, 1), object.__eq__(1, 2), object.__ne__(1, 1), object.__getattribute__(c, "__class__").__name__, object.__format__(5, ""), object.__dir__(c)[:0], int.__repr__(True), int.__eq__(1, "a"), str.__len__("abc"), list.__getitem__([1, 2], 1), dict.__contains__({1: 2}, 1), tuple.__add__((1,), (2,)), float.__add__(1.5, 1), int.__lt__(1, 2), int.__bool__(0), str.__mod__("%s", 1))
print((5).__add__(3), (5).__radd__(3), (5).__sub__(7), (7).__divmod__(2), (2).__pow__(3), (2).__pow__(3, 5), (5).__neg__(), (5).__invert__(), (1).__lshift__(4), (5).__and__(3), (5).__index__(), (5).__float__(), (5).__eq__(5.0), (5).__lt__(5.5), (5).__hash__(), (5).__str__(), (5).__format__("03"), (5).__round__(), (5).__bool__())
print([1].__add__([2]), [1].__mul__(2), [1].__iadd__([3]), [1, 2].__contains__(2), [1].__eq__([1]), [1].__lt__([2]), [3].__len__(), [1, 2].__reversed__().__next__(), {}.__len__(), {1: 2}.__getitem__(1), {1: 2}.__iter__().__next__(), {1}.__or__({2}), "a".__add__("b"), "ab".__getitem__(1), "ab".__iter__().__next__(), "a".__mul__(3), "a".__rmul__(2), "a".__contains__("a"), (1, 2).__getitem__(slice(1)), (1).__ror__(2), range(3).__contains__(1), None.__bool__(), None.__eq__(None), None.__class__.__name__, ....__repr__())
import copy
class P:
    def __init__(self): self.l = [1]
p = P()
q, r = copy.copy(p), copy.deepcopy(p)
p.l.append(2)
print(q.l, r.l, type(q).__name__, copy.copy([1]) == [1], copy.deepcopy({"a": [1]}), copy.copy(5), copy.copy((1, 2)))
class Cp:
    def __copy__(self): return "copied"
    def __deepcopy__(self, memo): return "deep"
    def __replace__(self, **k): return ("replaced", k)
print(copy.copy(Cp()), copy.deepcopy(Cp()), copy.replace(Cp(), a=1))
