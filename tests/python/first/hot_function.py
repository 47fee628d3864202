# A loop in a function, called twice.
def work(n):
    total = 0
    for i in range(n):
        if i % 3 == 0:
            total += i
        else:
            total -= 1
    return total


print(work(50000))
print(work(10))
