# Slices of lists.
l = [0, 1, 2, 3, 4, 5]
print(l[1:4], l[:2], l[4:], l[::2], l[::-1], l[-2:])
l[1:3] = ["a", "b", "c"]
print(l)
del l[0]
print(l)
