# Mutating while iterating, and shared references.
l = [1, 2, 3, 4]
for x in l:
    if x % 2 == 0: l.remove(x)
print(l)
l = [1, 2, 3]
for i, x in enumerate(l):
    if i < 5: l.append(x * 10)
print(l)
it = iter([1, 2])
l = [0]
for x in l:
    nxt = next(it, None)
    if nxt is not None: l.append(nxt)
print(l)
l = list("abc")
r = reversed(l)
l.append("d")
print(list(r), l)
it = iter(l)
next(it); l.clear()
print(list(it), list(it))
l.append("again")
print(list(it))
d = {1: 1, 2: 2}
try:
    for k in d: d[k + 10] = 0
except RuntimeError as e:
    print(e)
try:
    for k in d:
        del d[k]
except RuntimeError as e:
    print(e)
s = {1, 2}
try:
    for x in s: s.add(x + 100)
except RuntimeError as e:
    print(e)
for k in list(d): d.pop(k)
print(d)
d = {1: "a"}
for k in d: d[k] = "changed"
print(d)
it = iter({1: 2})
print(it.__length_hint__(), next(it), it.__length_hint__(), iter([1, 2, 3]).__length_hint__())
grid = [[0] * 3 for _ in range(2)]
alias = grid[0]
alias[1] = 5
print(grid, grid[0] is alias, [grid[0]] * 2 == [alias, alias])
z = [1, 2, 3]
print([z.pop() for _ in range(len(z))], z, *zip(*[iter("abcdef")] * 2))
