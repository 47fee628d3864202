# A float loop that is worth compiling.
x = 0.0
for i in range(100000):
    x = x * 0.5 + i
print(x)
