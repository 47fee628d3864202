"""Sorting: numbers, texts, tuples, with keys, reversed, stable, nearly sorted; heapq and bisect."""

import bisect
import heapq
from operator import itemgetter

SIZE = 80000
SMALL = 50


def run(n):
    state = 7
    numbers = []
    for _ in range(n):
        state = (state * 1103515245 + 12345) & 0x7FFFFFFF
        numbers.append(state)
    floats = sorted(x / 7 for x in numbers)
    texts = sorted(f"{x:x}" for x in numbers)
    pairs = sorted((x % 100, x) for x in numbers)
    keyed = sorted(pairs, key=itemgetter(1), reverse=True)
    nearly = sorted(numbers)
    nearly[n // 2], nearly[n // 3] = nearly[n // 3], nearly[n // 2]
    nearly.sort()
    heap = []
    for x in numbers:
        heapq.heappush(heap, x)
    smallest = [heapq.heappop(heap) for _ in range(n // 2)]
    places = sum(bisect.bisect(nearly, x) for x in numbers)
    return f"{floats[n // 2]:.3f} {texts[0]} {pairs[-1]} {keyed[0]} {smallest == nearly[: n // 2]} {places}"


if __name__ == "__main__":
    import sys

    n = int(sys.argv[1]) if len(sys.argv) > 1 else SIZE
    print("lib_sorting", n, run(n))
