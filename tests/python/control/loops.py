# while, for, break, continue, else.
n = 0
while True:
    n += 1
    if n % 2: continue
    if n > 6: break
    print(n, end=" ")
else:
    print("never")
print(n)
while n:
    n -= 1
else:
    print("else", n)
for i in range(5):
    if i == 3: break
else:
    print("never")
print(i)
for i in []:
    pass
else:
    print("empty else", i)
for i in range(3):
    for j in range(3):
        if j == 1: continue
        if i == 2: break
        print(i, j, end="; ")
    else:
        print("inner else", i)
        continue
    print("inner broke", i)
for a, (b, *c) in [(1, (2, 3, 4)), (5, "xyz")]:
    print(a, b, c)
d = {}
for d["key"] in range(3): pass
print(d)
lst = [0, 0]
for lst[1] in "ab": pass
print(lst)
while False: print("no")
i = 10
while (i := i - 3) > 0: print(i, end=" ")
print()
for x in (1, 2, 3): x *= 10; print(x, end=" ")
print(x)
items = [1, 2, 3]
for it in items:
    if it < 3: items.append(it + 5)
print(items)
