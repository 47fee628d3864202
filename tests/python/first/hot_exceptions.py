# Exceptions in a loop.
caught = 0
for i in range(10000):
    try:
        if i % 2:
            raise ValueError
    except ValueError:
        caught += 1
print(caught)
