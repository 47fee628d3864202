# Exception groups and except*.
def run(exc):
    log = []
    try:
        try:
            raise exc
        except* ValueError as g:
            log.append(("V", [repr(e) for e in g.exceptions]))
        except* (TypeError, KeyError) as g:
            log.append(("TK", [repr(e) for e in g.exceptions]))
        else:
            log.append("else")
        finally:
            log.append("finally")
    except BaseException as left:
        log.append(("left", repr(left)))
    return log


print(run(ExceptionGroup("g", [ValueError(1), TypeError(2), ValueError(3)])))
print(run(ExceptionGroup("g", [ValueError(1), OSError(2)])))
print(run(ValueError("naked")))
print(run(OSError("not handled")))
print(run(ExceptionGroup("outer", [ExceptionGroup("inner", [KeyError("k"), ValueError("v")]), TypeError("t")])))
eg = ExceptionGroup("msg", [ValueError(1), TypeError(2), ExceptionGroup("n", [ValueError(3)])])
print(eg, repr(eg), eg.message, len(eg.exceptions), isinstance(eg, Exception))
print(eg.subgroup(ValueError), repr(eg.subgroup(lambda e: isinstance(e, TypeError))), eg.subgroup(OSError))
match, rest = eg.split(ValueError)
print(repr(match), repr(rest))
print(repr(eg.derive([OSError()])))
try:
    try:
        raise ExceptionGroup("g", [ValueError(1), ValueError(2)])
    except* ValueError as g:
        raise TypeError("from handler")
except BaseException as e:
    print(repr(e), repr(e.__context__))
try:
    try:
        raise ExceptionGroup("g", [ValueError(1), TypeError(2)])
    except* ValueError:
        raise KeyError("a")
    except* TypeError:
        raise KeyError("b")
except BaseException as e:
    print(repr(e))
try:
    try:
        raise ExceptionGroup("g", [ValueError(1), TypeError(2)])
    except* ValueError:
        raise
    except* TypeError:
        pass
except BaseException as e:
    print(repr(e))
print(repr(BaseExceptionGroup("b", [ValueError()])), repr(BaseExceptionGroup("b", [KeyboardInterrupt()])))
for f in (lambda: ExceptionGroup("x", []), lambda: ExceptionGroup("x", [1]), lambda: ExceptionGroup("x", [KeyboardInterrupt()]), lambda: ExceptionGroup(1, [ValueError()]), lambda: ExceptionGroup("x")):
    try:
        f()
    except (TypeError, ValueError) as e:
        print(type(e).__name__, e)
