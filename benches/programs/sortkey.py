"""Sorting with keys, comparators, many types, and our own merge sort."""

SIZE = 55_000
SMALL = 150


class Record:
    def __init__(self, name, score, group):
        self.name = name
        self.score = score
        self.group = group

    def __lt__(self, other):
        return (self.group, self.score) < (other.group, other.score)


def make(n):
    state = 7
    records = []
    for i in range(n):
        state = (state * 69069 + 1) & 0xFFFFFFFF
        records.append(Record(f"n{state >> 20:04d}", state >> 8 & 1023, i % 5))
    return records


def merge_sort(items):
    if len(items) < 2:
        return items
    middle = len(items) // 2
    left = merge_sort(items[:middle])
    right = merge_sort(items[middle:])
    merged = []
    i = j = 0
    while i < len(left) and j < len(right):
        if right[j] < left[i]:
            merged.append(right[j])
            j += 1
        else:
            merged.append(left[i])
            i += 1
    merged += left[i:]
    merged += right[j:]
    return merged


def checksum(values):
    total = 0
    for i, value in enumerate(values):
        total = (total * 31 + value * (i & 15)) % 1_000_000_007
    return total


def run(n):
    records = make(n)
    by_key = sorted(records, key=lambda r: (-r.score, r.name))
    by_name = sorted(records, key=lambda r: r.name, reverse=True)
    by_less = sorted(records)
    numbers = [r.score * 1000 + r.group for r in records]
    merged = merge_sort(numbers)
    assert merged == sorted(numbers)
    floats = sorted([r.score / 7 for r in records])
    return (
        f"{checksum(r.score for r in by_key)} {checksum(r.group for r in by_name)} "
        f"{checksum(r.score for r in by_less)} {checksum(merged)} {floats[n // 2]:.6f}"
    )


if __name__ == "__main__":
    import sys

    n = int(sys.argv[1]) if len(sys.argv) > 1 else SIZE
    print("sortkey", n, run(n))
