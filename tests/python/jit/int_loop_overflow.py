# A hot loop whose integers leave the small range in the middle.
def grow(n):
    x = 1
    for i in range(n):
        x += x >> 1
        x += 1
    return x
print([grow(n) for n in (10, 100, 105, 110, 150)])
def wrap(n):
    x = (1 << 62) - 500
    for _ in range(n): x += 1
    return x
print(wrap(499), wrap(500), wrap(501), wrap(2000))
def mul(n):
    p = 1
    for i in range(1, n): p *= i
    return p
for _ in range(50): mul(15)
print(mul(20), mul(21), mul(22), mul(30))
def down(n):
    x = -(1 << 62) + 100
    for _ in range(n): x -= 1
    return x
print(down(100), down(101), down(1000))
def shifts(n):
    x, t = 1, 0
    for i in range(n):
        x = (x << 1) & 0xFFFFFFFFFFFFFFFF
        if not x: x = 3
        t ^= x
    return t
print(shifts(2000))
def neg(n):
    t = 0
    for i in range(n): t += -i if i & 1 else ~i
    return t
print(neg(3000), abs(neg(1001)))
def floor(n):
    t = 0
    for i in range(-n, n):
        t = t * 3 + i // 7 - i % 5 + i % -3
        t %= 1000003
    return t
print(floor(1500))
def powers(n):
    t = 0
    for i in range(n): t = (t + i ** 3 + 2 ** (i % 70)) % (10 ** 12)
    return t
print(powers(1000))
