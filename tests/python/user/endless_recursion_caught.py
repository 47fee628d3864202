# RecursionError can be caught, and the program goes on.
import sys


def endless(n):
    global deepest
    deepest = n
    return 1 + endless(n + 1)


for limit in (1000, 200, 5000):
    sys.setrecursionlimit(limit)
    try:
        endless(0)
    except RecursionError as error:
        print(error, limit - 10 < deepest < limit)
print(sys.getrecursionlimit())
