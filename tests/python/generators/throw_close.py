# throw and close.
def g():
    while True:
        try:
            x = yield "ready"
            print("received", x)
        except ValueError as e:
            print("caught", e)
            yield "handled"
        except GeneratorExit:
            print("closing")
            raise
        finally:
            print("finally")


a = g()
print(next(a), a.send(1), a.throw(ValueError("v")), next(a))
a.close()
a.close()
try:
    next(a)
except StopIteration:
    print("stopped")
b = g()
b.close()
print(list(b))
c = g()
try:
    c.throw(KeyError("not started"))
except KeyError as e:
    print(repr(e))
def bad():
    try:
        yield
    except GeneratorExit:
        yield "no"
d = bad()
next(d)
try:
    d.close()
except RuntimeError as e:
    print(e)
def ret():
    try:
        yield 1
    except GeneratorExit:
        return "closed value"
e = ret()
next(e)
print(e.close())
f = ret()
next(f)
for t in (5, "s", int):
    try:
        f.throw(t)
    except TypeError as err:
        print(err)
def cleanup():
    try:
        yield 1
        yield 2
    finally:
        print("cleanup ran")
k = cleanup()
for v in k:
    print(v)
    break
k.close()
h = cleanup()
next(h)
h.close()
def ctx():
    try:
        raise KeyError("k")
    except KeyError:
        yield 1
i = ctx()
next(i)
try:
    i.throw(ValueError("v"))
except ValueError as err:
    print(repr(err.__context__))
j = cleanup()
next(j)
try:
    j.throw(ValueError)
except ValueError as err:
    print(repr(err))
