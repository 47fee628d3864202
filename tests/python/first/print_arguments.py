# sep and end.
print(1, 2, 3, sep="-")
print("a", end="")
print("b")
print()
