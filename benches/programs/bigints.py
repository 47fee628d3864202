"""Integers of all sizes: factorials, powers modulo, gcd, square roots, text."""

import sys

SIZE = 7_000
SMALL = 30


def factorial(n):
    product = 1
    for i in range(2, n + 1):
        product *= i
    return product


def gcd(a, b):
    while b:
        a, b = b, a % b
    return a


def integer_root(n):
    x = 1 << (n.bit_length() + 1) // 2
    while True:
        y = (x + n // x) >> 1
        if y >= x:
            return x
        x = y


def probably_prime(n, witnesses=(2, 3, 5, 7, 11, 13)):
    d, shift = n - 1, 0
    while d % 2 == 0:
        d //= 2
        shift += 1
    for witness in witnesses:
        x = pow(witness, d, n)
        if x in (1, n - 1):
            continue
        for _ in range(shift - 1):
            x = x * x % n
            if x == n - 1:
                break
        else:
            return False
    return True


def fibonacci_pair(n):
    if n == 0:
        return 0, 1
    a, b = fibonacci_pair(n // 2)
    c, d = a * (2 * b - a), a * a + b * b
    return (d, c + d) if n & 1 else (c, d)


def run(n):
    sys.set_int_max_str_digits(0)
    product = factorial(n)
    text = str(product)
    assert int(text[:4000]) == product // 10 ** max(0, len(text) - 4000)
    common = gcd(product, (1 << n) * 3 ** (n // 2))
    root = integer_root(product)
    primes = [k for k in range(3) if probably_prime((1 << (61, 89, 127)[k]) - 1)]
    count = sum(probably_prime(10 ** 18 + k) for k in range(1, n, 2))
    fib = fibonacci_pair(n * 20)[0]
    low = -product >> 3 ^ root | common & ~root
    return f"{len(text)} {common.bit_length()} {root % 10 ** 9} {primes} {count} {hex(fib)[-9:]} {low % 997}"


if __name__ == "__main__":
    n = int(sys.argv[1]) if len(sys.argv) > 1 else SIZE
    print("bigints", n, run(n))
