# Two-dimensional loops, stores into lists, aliasing.
def matmul(a, b):
    n = len(a)
    c = [[0] * n for _ in range(n)]
    for i in range(n):
        for j in range(n):
            s = 0
            for k in range(n): s += a[i][k] * b[k][j]
            c[i][j] = s
    return c
m = [[i * j % 7 - 3 for j in range(14)] for i in range(14)]
p = matmul(m, m)
print(p[3][4], sum(map(sum, matmul(p, m))))
print(sum(map(sum, matmul([[x / 2 for x in r] for r in m], m))))
def alias(n):
    a = [0] * 10
    b = a
    t = 0
    for i in range(n):
        a[i % 10] = i
        b[(i + 1) % 10] += 1
        t += a[(i + 1) % 10] - b[i % 10]
    return t, a is b, a
print(alias(2000))
def sieve(n):
    f = [True] * n
    f[0] = f[1] = False
    for i in range(2, n):
        if f[i]:
            for j in range(i * i, n, i): f[j] = False
    return sum(f), [i for i in range(50) if f[i]]
print(sieve(5000))
def bubble(l):
    n = len(l)
    for i in range(n):
        for j in range(n - 1 - i):
            if l[j] > l[j + 1]: l[j], l[j + 1] = l[j + 1], l[j]
    return l
print(bubble([i * 37 % 61 for i in range(61)]) == list(range(61)), bubble([3.5, 1, 2.25, -1]), bubble(list("trace")))
def lcs(a, b):
    t = [[0] * (len(b) + 1) for _ in range(len(a) + 1)]
    for i, x in enumerate(a):
        for j, y in enumerate(b): t[i + 1][j + 1] = t[i][j] + 1 if x == y else max(t[i][j + 1], t[i + 1][j])
    return t[-1][-1]
print(lcs("the tracing compiler" * 2, "interpreter exits trace" * 2))
def negative(n):
    l = list(range(10))
    t = 0
    for i in range(n):
        t += l[-1 - i % 10] * l[i % 10]
        l[-(i % 9) - 1] += 1
    return t
print(negative(2000))
def bounds(n):
    l, c = [1, 2, 3], 0
    for i in range(n):
        try:
            c += l[i % 5]
        except IndexError: c += 100
        if i == n // 2: l.extend([4, 5])
    return c
print(bounds(2000))
def grow(n):
    l = []
    for i in range(n):
        l.append(i)
        if len(l) > 100: l = l[50:]
        l[0] = -1
    return len(l), sum(l)
print(grow(5000))
grid = [[0] * 20 for _ in range(20)]
x = y = 10
for i in range(3000):
    grid[y][x] ^= 1
    x, y = (x + 1 + grid[y][x]) % 20, (y + (i & 3)) % 20
print(sum(map(sum, grid)), grid[3])
