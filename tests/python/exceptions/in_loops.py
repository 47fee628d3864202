# Exceptions raised and caught in hot loops.
def check(i):
    if i % 3 == 0: raise ValueError(i)
    if i % 5 == 0: raise KeyError(i)
    return i
values = keys = ok = 0
for i in range(6000):
    try:
        ok += check(i)
    except ValueError as e:
        values += e.args[0]
    except KeyError:
        keys += 1
    finally:
        ok += 1
print(values, keys, ok)
def find(seq, x):
    try:
        return seq.index(x)
    except ValueError:
        return -1
data = list(range(0, 100, 3))
print(sum(find(data, i) for i in range(2000)))
def unwind(n):
    try:
        if n == 0: raise IndexError("bottom")
        unwind(n - 1)
    finally:
        counts[0] += 1
counts = [0]
for _ in range(200):
    try:
        unwind(20)
    except IndexError:
        pass
print(counts)
class Ctx:
    entered = left = 0
    def __enter__(self): Ctx.entered += 1; return self
    def __exit__(self, t, v, tb): Ctx.left += 1; return t is ValueError
for i in range(3000):
    with Ctx():
        if i % 2: raise ValueError
print(Ctx.entered, Ctx.left)
it = iter(range(3000))
n = 0
while True:
    try:
        n += next(it)
    except StopIteration:
        break
print(n)
for i in range(2000):
    try:
        d = {}[i] if i % 2 else i
    except KeyError as e:
        d = -e.args[0]
print(d)
