# Float loops with early exits, and their exact results.
def escape(cx, cy, limit):
    x = y = 0.0
    for i in range(limit):
        x, y = x * x - y * y + cx, 2 * x * y + cy
        if x * x + y * y > 4: return i
    return limit
grid = [[escape(-2 + c * 0.1, -1 + r * 0.1, 50) for c in range(30)] for r in range(20)]
print(sum(map(sum, grid)), grid[10])
def newton(a):
    x = a / 2
    while abs(x * x - a) > 1e-12 * a: x = (x + a / x) / 2
    return x
print([newton(float(i)) for i in (1, 2, 3, 100, 1e10)])
def integrate(f, a, b, n):
    h = (b - a) / n
    return h * (0.5 * (f(a) + f(b)) + sum(f(a + i * h) for i in range(1, n)))
print(integrate(lambda x: x * x, 0.0, 1.0, 2000), integrate(lambda x: 1 / x, 1, 2, 1000))
def logistic(r, n):
    x = 0.5
    for _ in range(n): x = r * x * (1 - x)
    return x
print(logistic(3.9, 3000), logistic(3.2, 2001), logistic(2, 100))
def mixed(n):
    t, k = 0, 0.0
    for i in range(n):
        t += i * 0.5
        k = k + t // 3 - t % 0.7
        if k > 1e6: k -= 1e6
        if i % 3: t = int(t)
    return t, k
print(mixed(3000))
def compare(n):
    c = 0
    nan, inf = float("nan"), float("inf")
    vals = [0.0, -0.0, 1.5, nan, inf, -inf, 2, -3]
    for i in range(n):
        a, b = vals[i % 8], vals[i // 8 % 8]
        c = c * 3 % 100003 + (a < b) + 2 * (a == b) + 4 * (a >= b) + 8 * (a != a)
        if not a: c += 1
    return c
print(compare(5000))
print([round(x, 6) for x in (0.1 * 3, 1e15 / 7, 2 ** 0.5, -7.0 // 2, -7.5 % 2)], sum(i ** 0.5 for i in range(1000)), sum(1 / i for i in range(1, 3000)))
