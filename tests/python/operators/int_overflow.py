# Results that leave the small-integer range and come back.
big = 1 << 62
for value in (big - 1, big, -big, -big - 1, (1 << 63) - 1, 1 << 63, 1 << 64):
    print(value, value + 1, value - 1, -value, value * 2, value * value, value >> 1, value // 3, value % 1000, abs(value))
x = 1
for i in range(130):
    x *= 3
    if i % 10 == 0:
        print(i, x)
for i in range(130):
    x //= 3
print(x)
n = 4611686018427387903
n += 1
print(n, n - 1 == 4611686018427387903, hash(n) == hash(4611686018427387904))
total = 0
for i in range(70):
    total += 1 << i
print(total, total == (1 << 70) - 1, total.bit_length())
print((big + 5) - big, (big * 4) // (big * 2), (big * big) % (big - 1), big ^ (big + 7), (-big - 1) & 0xFF)
print(-big // -1, (-(1 << 63)) // -1, (1 << 63) % -7, -(1 << 63) % 7)
