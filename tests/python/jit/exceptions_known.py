# Exceptions that a trace makes, raises and catches itself: the handler knows which object it has.
class Refused(Exception):
    def __init__(self, reason):
        super().__init__(reason)
        self.reason = reason


class Worse(Refused):
    pass


def check(i):
    if i % 5 == 0:
        raise Refused(i % 3)
    if i % 7 == 0:
        raise Worse(float(i))
    return i


def guarded(i, log):
    try:
        return check(i)
    except Worse as e:
        return -e.reason
    finally:
        log[0] += 1


def through_finally(n):
    log, t = [0], 0
    for i in range(n):
        try:
            t += guarded(i, log)
        except Refused as e:
            t += e.reason * 1000 + len(e.args)
    return t, log


print(through_finally(4000))


def what_the_handler_sees(n):
    seen = set()
    for i in range(n):
        try:
            try:
                raise Refused(i & 1)
            except Refused as e:
                e.extra = i
                raise
        except Refused as e:
            tb, depth = e.__traceback__, 0
            while tb:
                tb, depth = tb.tb_next, depth + 1
            seen.add((e.reason, e.extra == i, e.args, depth, e.__context__, e.__cause__, e.__suppress_context__))
    return sorted(seen, key=str)


print(what_the_handler_sees(2000))


def kept(n):
    last = Refused(-1)
    chain = []
    for i in range(n):
        try:
            try:
                raise Refused(i)
            except Refused as e:
                raise ValueError(i) from e
        except ValueError as e:
            chain.append(e)
            last = e
    return last.args, last.__cause__.reason, last.__suppress_context__, sum(e.__cause__.reason for e in chain)


print(kept(2000))


def causes(n):
    out = {}
    for i in range(n):
        cause = (Refused(1), None, ValueError, 5)[i % 4 if i > n // 2 else 0]
        try:
            raise Worse(i) from cause
        except Worse as e:
            key = "worse", type(e.__cause__).__name__, e.__suppress_context__
        except TypeError as e:
            key = "type", str(e), e.__suppress_context__
        out[key] = out.get(key, 0) + 1
    return out


print(causes(3000))


def same_object_again(n):
    e, t = Refused(2), 0
    for i in range(n):
        e.__traceback__ = None
        try:
            raise e
        except Refused as caught:
            t += caught is e
            e = caught if i % 50 else Worse(i)
    return t, e.reason


print(same_object_again(2000))


def many_kinds(n):
    kinds, t = (Refused(1), Worse(2), KeyError(3), ValueError(4)), 0
    for i in range(n):
        try:
            raise kinds[(i >> 3) & 3]
        except Worse as e:
            t += e.reason
        except Refused as e:
            t += e.reason * 10
        except LookupError as e:
            t += e.args[0] * 100
        except ValueError as e:
            t += e.args[0] * 1000
    return t


print(many_kinds(3000))


class Changing(Exception):
    code = 1


def class_changes(n):
    t = 0
    for i in range(n):
        if i == n // 2:
            Changing.code = 7
        try:
            raise Changing(i)
        except Changing as e:
            t += e.code
    return t


print(class_changes(2000))


def inherits(e):
    # The context of what is raised while another one is handled.
    try:
        raise e
    except KeyError as inner:
        return inner.__context__


def contexts(n):
    t = 0
    for i in range(n):
        try:
            raise Refused(i)
        except Refused as outer:
            t += inherits(KeyError(i)) is outer
    return t


print(contexts(2000))
