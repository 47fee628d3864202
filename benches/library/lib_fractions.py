"""Number modules: fractions, statistics, random, math, itertools."""

import itertools
import math
import random
import statistics
from fractions import Fraction

SIZE = 9000
SMALL = 10


def run(n):
    total = Fraction(0)
    for i in range(1, n // 10 + 2):
        total += Fraction(1, i)
    source = random.Random(12)
    values = [source.gauss(10, 3) for _ in range(n)]
    mean, spread = statistics.fmean(values), statistics.stdev(values)
    picks = source.sample(range(n), n // 2)
    pairs = sum(a * b for a, b in itertools.pairwise(picks))
    combined = sum(1 for c in itertools.combinations(range(n % 40 + 8), 3) if sum(c) % 3 == 0)
    logs = math.fsum(math.log(v * v + 1) for v in values)
    return f"{total.numerator % 1000003} {mean:.9f} {spread:.9f} {pairs} {combined} {logs:.9f}"


if __name__ == "__main__":
    import sys

    n = int(sys.argv[1]) if len(sys.argv) > 1 else SIZE
    print("lib_fractions", n, run(n))
