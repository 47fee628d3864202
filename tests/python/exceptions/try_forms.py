# try, except, else, finally and their order.
def run(action):
    log = []
    try:
        log.append("try")
        action()
    except (KeyError, IndexError) as e:
        log.append(f"lookup {type(e).__name__} {e}")
    except ValueError:
        log.append("value")
    except Exception as e:
        log.append(f"other {e!r}")
    else:
        log.append("else")
    finally:
        log.append("finally")
    return log


def raiser(e):
    def f(): raise e
    return f


for action in (lambda: None, raiser(KeyError("k")), raiser(IndexError("i")), raiser(ValueError()), raiser(ValueError), raiser(TypeError("t")), lambda: 1 / 0, lambda: {}["x"], lambda: [][1], lambda: undefined_name):
    print(run(action))
try:
    try:
        raise ValueError("inner")
    finally:
        print("cleanup")
except ValueError as e:
    print("outer", e)
try:
    e
except NameError as error:
    print(error)
def ret():
    try:
        return "try"
    finally:
        print("finally runs")
print(ret())
try:
    raise KeyError
except LookupError as e:
    print(repr(e), e.args)
try:
    try:
        raise TypeError("a")
    except TypeError:
        raise
except TypeError as e:
    print("re-raised", e)
try:
    try:
        raise TypeError("a")
    except ValueError:
        print("no")
    else:
        print("no")
except TypeError:
    print("passed through")
x = ValueError, TypeError
try:
    raise TypeError
except x:
    print("tuple variable")
try:
    try:
        raise TypeError("orig")
    except 5:
        pass
except TypeError as e:
    print(e)
try:
    try:
        raise TypeError("orig")
    except (ValueError, "x"):
        pass
except TypeError as e:
    print(e)
for bad in (1, "s", int, object(), None):
    try:
        raise bad
    except TypeError as e:
        print(e)
