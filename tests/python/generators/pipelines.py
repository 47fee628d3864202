# Hot generator loops, chains and send loops.
def numbers(n):
    for i in range(n): yield i
def evens(src):
    for x in src:
        if x % 2 == 0: yield x
def squares(src): return (x * x for x in src)
print(sum(squares(evens(numbers(6000)))))
def acc():
    total = 0
    while True:
        x = yield total
        if x is None: return
        total += x
a = acc()
next(a)
for i in range(5000): r = a.send(i)
print(r)
def interleave(*its):
    its = [iter(i) for i in its]
    while its:
        for it in its[:]:
            try:
                yield next(it)
            except StopIteration:
                its.remove(it)
print(list(interleave("abc", [1, 2], "xyz!")))
def primes():
    found = []
    n = 2
    while True:
        if all(n % p for p in found):
            found.append(n)
            yield n
        n += 1
p = primes()
print([next(p) for _ in range(25)])
def chunks(s, n):
    for i in range(0, len(s), n): yield s[i:i + n]
print(list(chunks("abcdefgh", 3)))
def walk(tree):
    if tree:
        left, value, right = tree
        yield from walk(left)
        yield value
        yield from walk(right)
def insert(tree, v):
    if not tree: return (None, v, None)
    l, x, r = tree
    return (insert(l, v), x, r) if v < x else (l, x, insert(r, v))
t = None
for v in (5, 2, 8, 1, 9, 3): t = insert(t, v)
print(list(walk(t)))
total = 0
for i in range(300):
    for x in numbers(20): total += x
print(total)
def types():
    for i in range(3000): yield i if i % 100 else float(i)
print(sum(types()))
window = lambda it, n: zip(*(list(it)[i:] for i in range(n)))
print(list(window(numbers(5), 3)))
