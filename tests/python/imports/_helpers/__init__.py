print("helpers runs once")
value = 1


def function(x):
    return x * 10


from . import once
