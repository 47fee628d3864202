# A long loop with nothing in it but arithmetic, and loops that run once or never.
def spin(n):
    i = 0
    while i < n: i += 1
    return i
print(spin(300000), spin(0), spin(1))
def steps(n):
    c = 0
    for i in range(n):
        for j in range(1): c += j + 1
        for k in range(0): c += 1000
        while False: pass
        for l in (i,): c += l & 1
    return c
print(steps(3000))
def rng(a, b, c): return sum(i for i in range(a, b, c))
print(rng(0, 5000, 1), rng(5000, 0, -3), rng(-10, 10, 7), rng(5, 5, 1), sum(rng(0, i, 2) for i in range(200)))
def until(p):
    i = 0
    while not p(i): i += 1
    return i
print(until(lambda x: x * x > 9999), until(lambda x: x % 97 == 96 and x > 500), until(lambda x: True))
def countdown(n):
    r = []
    while n:
        n -= 1
        if n % 1000: continue
        r.append(n)
        if len(r) > 3: break
    else: r.append("else")
    return r
print(countdown(2500), countdown(90000))
a = b = 0
for a in range(1000):
    for b in range(a, a + 3):
        if b % 500 == 499: break
    else: continue
    break
print(a, b)
total = 0
for i in range(100000): total += i & 15
print(total)
