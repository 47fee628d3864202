# A generator.
def count(n):
    i = 0
    while i < n:
        yield i
        i += 1


for x in count(3):
    print(x)
print(list(count(4)), sum(x for x in count(5)))
