"""Closures: captured variables, nonlocal state, composition, partial calls."""

SIZE = 1_100_000
SMALL = 300


def counter(step):
    count = 0

    def bump():
        nonlocal count
        count += step
        return count

    return bump


def compose(*functions):
    def composed(x):
        for function in functions:
            x = function(x)
        return x

    return composed


def adder(k):
    return lambda x: x + k


def power_table(n):
    return [lambda x, p=p: x ** p for p in range(n)]


def curry(function, *first, **named):
    def inner(*rest):
        return function(*first, *rest, **named)

    return inner


def weighted(a, b, c, scale=1):
    return (a + 2 * b + 3 * c) * scale


def run(n):
    by_one, by_three = counter(1), counter(3)
    pipeline = compose(adder(3), lambda x: x * 2, adder(-1))
    curried = curry(weighted, 1, 2, scale=2)
    powers = power_table(4)
    total = 0
    for i in range(n):
        total += by_one() + (by_three() & 7)
        total += pipeline(i & 15)
        if i % 4 == 0:
            total += curried(i & 31) + powers[i & 3](i & 7)
    return f"{total} {by_one()} {by_three()}"


if __name__ == "__main__":
    import sys

    n = int(sys.argv[1]) if len(sys.argv) > 1 else SIZE
    print("closures", n, run(n))
