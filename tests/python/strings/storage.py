# Strings that share their bytes, grow in place, and are indexed through tables.
s = ''
for i in range(20000):
    s += 'ab'
    if i % 1000 == 0: s += 'é'
print(len(s), s[0], s[-1], s[2000], s[3003], s.count('é'), hash(s) == hash(s[:1] + s[1:]))
# aliasing
a = 'x' * 300
b = a + 'y'
c = a + 'z'
d = b + '1'
e = b + '2'
print(b[-1], c[-1], d[-2:], e[-2:], len(a), len(b), len(d), a == 'x' * 300)
p = 'q' * 300 + 'r'
q = p + p
r = q + q
print(len(q), len(r), r.count('r'), r[300], r[601])
big = 'é中x' * 5000
print(big[7], big[14999], big[10000:10003], big.find('x', 9000), big.index('中', 14000), len(big[1:]), big[1:][0], big[1:][4999:5002])
t = big
n = 0
while len(t) > 2000:
    t = t[997:]
    n += ord(t[0]) + len(t) + hash(t) % 2
print(len(t), t[:5], t == big[-len(t):], t in big, {t: 1}[big[-len(t):]])
u = big + big[3:6]
print(u[-3:], len(u), u[15000], u[14999])
v = big[3:] + 'end'
print(v[-3:], v[0], len(v))
w = 'k' * 5000
w2 = w[1:]
w3 = w2[1:] + 'j'
print(len(w2), len(w3), w3[-1], w2[-1], w3 == w[2:] + 'j')
class S(str):
    pass
x = S('héllo' * 300)
x.attr = 3
print(x[1], x[1001], (x + 'a')[-1], type(x + 'a').__name__, x.attr, x == 'héllo' * 300, hash(x) == hash('héllo' * 300), type(x[:]).__name__, type(str(x)).__name__)
y = x + 'tail'
z = x + 'other'
print(y[-4:], z[-5:], len(x))
s = 'a' * 1000
s += s
s += s[:10]
print(len(s), set(s))
print(('ab' * 100000).count('ba'), len('é' * 70000), ('é' * 70000)[69999], len(''.join(['é'] * 70000)))
try:
    'a' * (2**62)
except (MemoryError, OverflowError) as e: print(type(e).__name__)
try:
    'ab' * (2**40)
except MemoryError as e: print(type(e).__name__)
try:
    b'ab' * (2**42)
except MemoryError as e: print(type(e).__name__)
