value = 7


def double(x):
    return x * 2
