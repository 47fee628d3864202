# A closure in a loop.
def make():
    total = 0
    def add(x):
        nonlocal total
        total += x
        return total
    return add


add = make()
for i in range(20000):
    last = add(i)
print(last)
