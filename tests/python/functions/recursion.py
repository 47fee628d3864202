# Recursion of several shapes.
def fact(n): return 1 if n < 2 else n * fact(n - 1)
def even(n): return True if n == 0 else odd(n - 1)
def odd(n): return False if n == 0 else even(n - 1)
def hanoi(n, a, b, c): return 0 if n == 0 else hanoi(n - 1, a, c, b) + 1 + hanoi(n - 1, c, b, a)
def flatten(x):
    if isinstance(x, list):
        for item in x: yield from flatten(item)
    else:
        yield x
def permutations(items):
    if not items: return [[]]
    return [[x] + rest for i, x in enumerate(items) for rest in permutations(items[:i] + items[i + 1:])]
def fib(n): return n if n < 2 else fib(n - 1) + fib(n - 2)
print(fact(30), even(500), odd(501), hanoi(10, "a", "b", "c"), list(flatten([1, [2, [3, [4]], 5], []])))
print(permutations([1, 2, 3]), fib(20))
Y = lambda f: (lambda x: x(x))(lambda x: f(lambda *a: x(x)(*a)))
print(Y(lambda self: lambda n: 1 if n < 2 else n * self(n - 1))(10))
def gcd(a, b): return a if b == 0 else gcd(b, a % b)
def power(x, n): return 1 if n == 0 else power(x * x, n // 2) * (x if n % 2 else 1)
print(gcd(1071, 462), power(3, 100), power(2.0, 10))
def collatz(n, depth=0): return depth if n == 1 else collatz(n // 2 if n % 2 == 0 else 3 * n + 1, depth + 1)
print([collatz(n) for n in range(1, 20)])
def ack(m, n): return n + 1 if m == 0 else ack(m - 1, 1) if n == 0 else ack(m - 1, ack(m, n - 1))
print(ack(2, 3))
