"""Histograms: dictionaries and lists as counters, with several key types."""

SIZE = 1_000_000
SMALL = 500


def run(n):
    by_int = {}
    by_pair = {}
    by_letter = {}
    bins = [0] * 64
    letters = "the quick brown fox"
    state = 99
    for i in range(n):
        state = (state * 1664525 + 1013904223) & 0xFFFFFFFF
        value = state >> 16
        key = value % 100
        by_int[key] = by_int.get(key, 0) + 1
        bins[value & 63] += 1
        pair = (value & 3, value >> 2 & 3)
        if pair in by_pair:
            by_pair[pair] += 1
        else:
            by_pair[pair] = 1
        by_letter.setdefault(letters[value % 19], []).append(i & 7)
    deviation = sum((count - n // 64) ** 2 for count in bins)
    rarest = min(by_int, key=lambda k: (by_int[k], k))
    spread = {letter: sum(ids) for letter, ids in sorted(by_letter.items())}
    return (
        f"{deviation} {rarest} {max(by_pair.values())} {spread[' ']} {spread['q']} "
        f"{len(by_int)} {len(by_pair)}"
    )


if __name__ == "__main__":
    import sys

    n = int(sys.argv[1]) if len(sys.argv) > 1 else SIZE
    print("histogram", n, run(n))
