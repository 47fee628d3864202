# An exception in finally or a return in it replaces what was pending.
import warnings
def a():
    try:
        raise ValueError("lost")
    except ValueError:
        return "handled"
    finally:
        print("a finally")
print(a())
def b(flag):
    try:
        try:
            raise ValueError("first")
        finally:
            if flag: raise KeyError("second")
    except (ValueError, KeyError) as e:
        return repr(e), repr(e.__context__)
print(b(False), b(True))
def c():
    out = []
    for i in range(3):
        try:
            try:
                if i == 1: raise ValueError
                out.append(i)
            except ValueError:
                out.append("caught")
                raise
            finally:
                out.append("f")
        except ValueError:
            out.append("outer")
    return out
print(c())
class CM:
    def __init__(self, name, swallow=False): self.name, self.swallow = name, swallow
    def __enter__(self):
        print("enter", self.name)
        return self.name
    def __exit__(self, *exc):
        print("exit", self.name, exc[0].__name__ if exc[0] else None)
        return self.swallow
def d():
    with CM("a"), CM("b", True) as b, CM("c"):
        print(b)
        raise ValueError
    return "after"
print(d())
def e():
    with CM("ret"):
        return "value"
print(e())
for i in range(2):
    with CM(i):
        if i == 0: continue
        break
