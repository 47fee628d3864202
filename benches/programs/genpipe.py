"""Generators feeding generators, generator expressions and yield from."""

SIZE = 2_000_000
SMALL = 300


def numbers(n):
    i = 0
    while i < n:
        yield i
        i += 1


def odd(source):
    for x in source:
        if x & 1:
            yield x


def running_sums(source):
    total = 0
    for x in source:
        total = (total + x) % 1_000_003
        yield total


def chained(n):
    for start in range(0, n, 100):
        yield from range(start, min(start + 100, n))


def averager():
    count = 0
    total = 0
    average = 0
    while True:
        x = yield average
        count += 1
        total += x
        average = total // count


def run(n):
    last = 0
    for last in running_sums(odd(numbers(n))):
        pass
    squares = sum(x * x % 7 for x in numbers(n) if x % 3 == 0)
    flat = sum(chained(n))
    sink = averager()
    next(sink)
    average = 0
    for i in range(n // 4):
        average = sink.send(i)
    return f"{last} {squares} {flat} {average}"


if __name__ == "__main__":
    import sys

    n = int(sys.argv[1]) if len(sys.argv) > 1 else SIZE
    print("genpipe", n, run(n))
