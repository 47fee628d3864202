# A dictionary as a counter.
d = {}
for i in range(30000):
    d[i % 10] = d.get(i % 10, 0) + 1
print(d)
