# Generators in hot loops: abandoned, nested, sending, raising.
def count(n):
    i = 0
    while i < n:
        yield i
        i += 1
t = 0
for x in count(5000): t += x
print(t)
def first_over(limit):
    for x in count(10000):
        if x * x > limit: return x
print([first_over(k) for k in (10, 1000, 50000)])
t = 0
for i in range(400):
    for x in count(i % 20):
        if x == 13: break
        t += x
print(t)
def pairs(n):
    for i in count(n):
        for j in count(3): yield i, j
print(sum(i * j for i, j in pairs(1000)))
def guarded(n):
    try:
        for i in range(n):
            try:
                yield i
            except ValueError:
                yield -1
    finally:
        log.append(n)
log = []
g = guarded(3000)
s = 0
for i, x in enumerate(g):
    s += x
    if i % 500 == 499: s += g.throw(ValueError())
print(s, log)
def echo():
    v = 0
    while True: v = (yield v * 2)
e = echo()
next(e)
print(sum(e.send(i) for i in range(3000)))
def raising(n):
    for i in range(n):
        if i == n - 1: raise KeyError(i)
        yield i
c = 0
for k in range(300):
    try:
        for x in raising(10): c += x
    except KeyError as err: c += err.args[0]
print(c)
def flat(l):
    for x in l:
        if isinstance(x, list): yield from flat(x)
        else: yield x
deep = []
for i in range(200): deep = [i, deep, i]
print(sum(flat(deep)), len(list(flat(deep))))
def zipped(n): return sum(a * b for a, b in zip(count(n), count(n + 5)))
print(zipped(3000))
def two():
    a, b = count(2000), count(2000)
    t = 0
    while True:
        x = next(a, None)
        if x is None: return t
        t += x - next(b)
        if x % 2: t += 1
print(two())
def mutate():
    l = [1]
    def it():
        for x in l: yield x
    for x in it():
        if len(l) < 2000: l.append(x + 1)
    return len(l), l[-1]
print(mutate())
gens = [count(100) for _ in range(10)]
t = 0
while gens:
    gens = [g for g in gens if (v := next(g, None)) is not None and (t := t + v) >= 0]
print(t)
