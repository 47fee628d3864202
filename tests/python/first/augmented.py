# += and friends.
x = 10
x += 5
x -= 3
x *= 2
x //= 5
x **= 2
x %= 7
x <<= 3
x |= 1
x ^= 2
x &= 0xFF
print(x)
l = [1]
l += [2]
print(l)
