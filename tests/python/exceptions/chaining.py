# __cause__, __context__, __suppress_context__, from None.
try:
    try:
        1 / 0
    except ZeroDivisionError:
        raise ValueError("second")
except ValueError as e:
    print(repr(e.__context__), e.__cause__, e.__suppress_context__)
try:
    try:
        1 / 0
    except ZeroDivisionError as z:
        raise ValueError("second") from z
except ValueError as e:
    print(repr(e.__context__), repr(e.__cause__), e.__suppress_context__)
try:
    try:
        1 / 0
    except ZeroDivisionError:
        raise ValueError("second") from None
except ValueError as e:
    print(repr(e.__context__), e.__cause__, e.__suppress_context__)
try:
    raise ValueError from KeyError
except ValueError as e:
    print(repr(e.__cause__))
try:
    raise ValueError from 5
except TypeError as e:
    print(e)
e = ValueError("x")
try:
    raise e from e
except ValueError as caught:
    print(caught is e, e.__cause__ is e)
try:
    try:
        raise KeyError("first")
    finally:
        raise TypeError("in finally")
except TypeError as e:
    print(repr(e.__context__))
try:
    try:
        try:
            raise KeyError("a")
        except KeyError:
            raise IndexError("b")
    except IndexError:
        raise TypeError("c")
except TypeError as e:
    chain = []
    while e:
        chain.append(repr(e))
        e = e.__context__
    print(chain)
def gen():
    try:
        yield 1
    except KeyError:
        raise ValueError("from gen")
g = gen()
next(g)
try:
    g.throw(KeyError("thrown"))
except ValueError as e:
    print(repr(e.__context__))
a, b = ValueError("a"), ValueError("b")
try:
    try:
        raise a
    except ValueError:
        raise b
except ValueError as e:
    print(e.__context__ is a)
a.__context__ = b
b.__context__ = None
print(a.__context__ is b)
for f in (lambda: setattr(a, "__cause__", 1), lambda: setattr(a, "__context__", "x"), lambda: setattr(a, "__traceback__", 3), lambda: delattr(a, "__cause__")):
    try:
        f()
    except TypeError as e:
        print(e)
a.__cause__ = b
print(a.__suppress_context__)
