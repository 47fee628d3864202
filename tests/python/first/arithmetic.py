# Integers and floats.
print(1 + 2 * 3 - 4)
print(7 // 2, 7 % 2, 7 / 2, 2 ** 8)
print(1.5 + 2, 3.0 * 2, 1 / 4)
