# Lists.
l = [1, 2, 3]
l.append(4)
l[0] = 10
print(l, len(l), l[1], l[-1], l[1:3])
print(l + [5], l * 2, 3 in l, 9 not in l)
print(l.pop(), l)
