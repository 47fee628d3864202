# Our own exception.
class MyError(Exception):
    pass


def f():
    raise MyError("message")


try:
    f()
except MyError as e:
    print(repr(e), e.args)
