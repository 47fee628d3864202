# Recursive functions with changing argument types, many returns, helpers.
def ack(m, n): return n + 1 if m == 0 else ack(m - 1, 1) if n == 0 else ack(m - 1, ack(m, n - 1))
print(ack(2, 9), ack(1, 100))
def tree(d): return None if d == 0 else (tree(d - 1), d, tree(d - 1))
def total(t): return 0 if t is None else total(t[0]) + t[1] + total(t[2])
print(total(tree(10)), sum(total(tree(3)) for _ in range(100)))
def perms(l, k=0):
    if k == len(l): return 1
    c = 0
    for i in range(k, len(l)):
        l[k], l[i] = l[i], l[k]
        c += perms(l, k + 1)
        l[k], l[i] = l[i], l[k]
    return c
print(perms([1, 2, 3, 4, 5, 6]))
def qsort(l): return l if len(l) < 2 else qsort([x for x in l[1:] if x < l[0]]) + [l[0]] + qsort([x for x in l[1:] if x >= l[0]])
print(qsort([i * 7919 % 503 for i in range(503)]) == list(range(503)), qsort([2.5, 1, 3.25]), qsort(list("quick")))
def power(x, n): return 1 if n == 0 else power(x * x, n // 2) * (x if n & 1 else 1)
print(power(3, 30), power(3, 100), power(1.5, 20), [power(2, i) for i in range(58, 68)])
def fib(n): return n if n < 2 else fib(n - 1) + fib(n - 2)
print(fib(20), fib(15.0), fib(True))
def big_fact(n): return 1 if n < 2 else n * big_fact(n - 1)
print([big_fact(n) for n in (5, 20, 21, 25)], sum(big_fact(i % 22) for i in range(500)))
def gcd(a, b): return a if b == 0 else gcd(b, a % b)
print(sum(gcd(a, b) for a in range(1, 60) for b in range(1, 60)), gcd(10 ** 30, 15 ** 20))
def collatz(n, s=0): return s if n == 1 else collatz(n // 2 if n % 2 == 0 else 3 * n + 1, s + 1)
print(max((collatz(i), i) for i in range(1, 400)))
def hanoi(n, a, b, c, moves):
    if n:
        hanoi(n - 1, a, c, b, moves)
        moves.append((a, c))
        hanoi(n - 1, b, a, c, moves)
    return moves
print(len(hanoi(9, "A", "B", "C", [])), hanoi(3, 1, 2, 3, []))
def queens(n, row=0, cols=0, d1=0, d2=0):
    if row == n: return 1
    c = 0
    for k in range(n):
        b, e, f = 1 << k, 1 << (row + k), 1 << (row - k + n)
        if not (cols & b or d1 & e or d2 & f): c += queens(n, row + 1, cols | b, d1 | e, d2 | f)
    return c
print([queens(i) for i in range(1, 8)])
def maybe(n):
    if n > 30: raise ValueError(n)
    if n % 10 == 9: return None
    r = maybe(n + 1) if n < 40 else 0
    return r
for s in (0, 10, 25, 30, 31):
    try:
        print(maybe(s))
    except ValueError as e: print("error", e)
class T:
    def __init__(self, l, r): self.l, self.r = l, r
    def size(self): return 1 + (self.l.size() if self.l else 0) + (self.r.size() if self.r else 0)
def grow(d): return T(grow(d - 1), grow(d - 1) if d % 2 else None) if d else None
print(grow(14).size(), sum(grow(6).size() for _ in range(50)))
