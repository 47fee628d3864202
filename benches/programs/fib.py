"""Naive Fibonacci: nothing but calls, comparisons and small additions."""

SIZE = 34
SMALL = 14


def fib(n):
    if n < 2:
        return n
    return fib(n - 1) + fib(n - 2)


def run(n):
    return fib(n)


if __name__ == "__main__":
    import sys

    n = int(sys.argv[1]) if len(sys.argv) > 1 else SIZE
    print("fib", n, run(n))
