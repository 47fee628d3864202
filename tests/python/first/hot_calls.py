# A hot function that calls another.
def square(x):
    return x * x


def work(n):
    total = 0
    for i in range(n):
        total += square(i)
    return total


print(work(50000))
