# Frames of generators and comprehensions.
def gen():
    yield 1
    yield 1 / 0


print([x * 2 for x in gen()])
