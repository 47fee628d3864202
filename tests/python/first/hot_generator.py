# Consuming a generator.
def gen(n):
    for i in range(n):
        yield i * 2


total = 0
for x in gen(30000):
    total += x
print(total)
