# *args and **kwargs.
def f(*args, **kwargs):
    return args, kwargs


print(f())
print(f(1, 2, x=3))
print(f(*[1, 2], **{"y": 4}))
