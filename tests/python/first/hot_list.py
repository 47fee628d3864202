# Reading and writing a list.
l = list(range(1000))
for _ in range(50):
    for i in range(1, 1000):
        l[i] = l[i - 1] + 1
print(l[-1], sum(l))
