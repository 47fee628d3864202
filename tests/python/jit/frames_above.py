# A frame that is inlined twice at the same place of the stack, with calls of the
# interpreter's in between: what the first one wrote is no longer there.
from functools import partial


def update(wrapper, wrapped, assigned, updated):
    for _ in assigned:
        pass
    for _ in updated:
        pass
    return wrapper


def wraps(wrapped, assigned=(1, 2, 3), updated=(3,)):
    return partial(update, wrapped=wrapped, assigned=assigned, updated=updated)


class Base:
    def __call__(self, func):
        @wraps(func)
        def inner(*args, **kwargs):
            return func(*args, **kwargs)

        return inner


class Pause(Base):
    def __init__(self, func, args, kwargs):
        self.func, self.args, self.kwargs = func, args, kwargs


def pause(*args, **kwargs):
    return Pause(None, args, kwargs)


def both():
    @pause(1)
    def one(a=None):
        return a

    @pause(2)
    def two(b=None):
        return b

    return one(3) + two(4)


print(sum(both() for _ in range(3000)))


# One unpacking that sees iterables of many kinds.
def first(x):
    a, b, c = x
    return a


seen = 0
for i in range(2000):
    seen += first((1, 2, 3)) + first([2, 3, 4]) + first({3: 1, 4: 1, 5: 1})
    seen += first(range(3)) + first(iter((1, 1, 1)))
    if i % 100 == 0:
        for wrong in ((1, 2), [1, 2, 3, 4], (1, 2, 3, 4), {1: 2}, iter((1, 2))):
            try:
                first(wrong)
            except ValueError as e:
                if i == 1900:
                    print(e)
print(seen)
