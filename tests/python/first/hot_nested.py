# Nested loops.
total = 0
for i in range(300):
    for j in range(100):
        if (i + j) % 7 == 0:
            total += i * j
print(total)
