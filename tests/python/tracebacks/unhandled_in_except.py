# Error raised in a handler's function, two levels.
class E1(Exception): pass
class E2(E1): pass
def a():
    raise E1("one")
def b():
    try:
        a()
    except E1 as e:
        raise E2("two") from e
try:
    b()
except E2:
    raise
