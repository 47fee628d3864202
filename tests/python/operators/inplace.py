# Augmented assignment: evaluated once, in place when the type can.
a = b = [1]
a += [2]
print(a, b, a is b)
a = a + [3]
print(a, b)
a *= 2
print(a)
t = (1,)
u = t
t += (2,)
print(t, u)
s = "x"
s += "y"
s *= 3
print(s)
n = 10
n -= 3; n *= 4; n //= 3; n **= 2; n %= 50; n <<= 2; n >>= 1; n |= 1; n &= 0x1F; n ^= 3
print(n)
x = 7
x /= 2
print(x)
d = {"a": 1}
d["a"] += 5
d |= {"b": 2}
print(d)
z = {1, 2}
z |= {3}; z &= {2, 3, 4}; z ^= {4}; z -= {2}
print(z)


def index():
    print("index", end=" ")
    return 0


def base():
    print("base", end=" ")
    return values


values = [1, 2]
base()[index()] += 10
print(values)
values[:1] += [5]
print(values)


class InPlace:
    def __init__(self, v):
        self.v = v

    def __iadd__(self, other):
        self.v += other
        return self

    def __add__(self, other):
        return InPlace(self.v + other)


class Plain:
    def __init__(self, v):
        self.v = v

    def __add__(self, other):
        return Plain(self.v + other)


p = q = InPlace(1)
p += 2
print(p is q, q.v)
p = q = Plain(1)
p += 2
print(p is q, p.v, q.v)
t = ([],)
try:
    t[0] += [1]
except TypeError as error:
    print(error, t)
class Holder: count = 0
Holder.count += 1
h = Holder()
h.count += 5
print(Holder.count, h.count)
