# A limit of a million: a hundred thousand frames are fine, endless recursion still ends.
import sys
sys.setrecursionlimit(10**6)


def depth(n):
    return 0 if n == 0 else 1 + depth(n - 1)


print(depth(100_000), depth(300_000))


def endless():
    endless()


try:
    endless()
except RecursionError as error:
    print(error)
