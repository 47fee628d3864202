# Loops over a list, a tuple and a string.
for x in [1, 2, 3]:
    print(x)
for x in ("a", "b"):
    print(x)
for c in "xyz":
    print(c)
