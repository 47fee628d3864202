# A loop that is worth compiling.
total = 0
i = 0
while i < 200000:
    total += i * 3 & 1023
    i += 1
print(total)
