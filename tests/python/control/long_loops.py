# Loops long enough to become hot, with type changes on the way.
total = 0
for i in range(20000):
    total += i
print(total)
total = 0
i = 0
while i < 20000:
    if i % 3 == 0:
        total += i
    elif i % 5 == 0:
        total -= 1
    else:
        total ^= i
    i += 1
print(total)
x = 0
for i in range(10000):
    if i == 6000:
        x = float(x)
    x += 1
print(x)
x = 1
for i in range(3000):
    x = x * 3 % 1000003 if i != 2500 else x << 70
print(x)
s = ""
for i in range(3000):
    s += chr(97 + i % 26)
print(len(s), s[-5:], s.count("a"))
items = []
for i in range(5000):
    items.append(i if i % 7 else None)
print(sum(1 for v in items if v is None), sum(v for v in items if v is not None))
def poly(v): return v + v
seen = []
for i in range(4000):
    seen.append(poly(i if i % 1000 else str(i)))
print(seen[0], seen[1], seen[1000], seen[-1])
