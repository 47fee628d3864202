# Global names.
a = 5
b = a + 1
a = b * 2
print(a, b)
