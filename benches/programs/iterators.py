"""The iterator protocol: classes with __iter__ and __next__, zip, enumerate."""

SIZE = 500_000
SMALL = 200


class Countdown:
    def __init__(self, start):
        self.start = start

    def __iter__(self):
        return CountdownIterator(self.start)

    def __len__(self):
        return self.start


class CountdownIterator:
    def __init__(self, left):
        self.left = left

    def __iter__(self):
        return self

    def __next__(self):
        if self.left == 0:
            raise StopIteration
        self.left -= 1
        return self.left


class Window:
    """A sequence by __getitem__ only."""

    def __init__(self, data, start, size):
        self.data = data
        self.start = start
        self.size = size

    def __getitem__(self, index):
        if index >= self.size:
            raise IndexError(index)
        return self.data[self.start + index]


def pairwise_total(data):
    total = 0
    for index, (left, right) in enumerate(zip(data, data[1:])):
        total += (right - left) * (index & 3)
    return total


def run(n):
    counted = 0
    for x in Countdown(n):
        counted += x & 3
    data = list(Countdown(n))
    windowed = 0
    for start in range(0, n - 4, 4):
        for x in Window(data, start, 4):
            windowed += x % 5
    mapped = sum(map(lambda a, b: a ^ b, data, reversed(data)))
    kept = len(list(filter(lambda x: x % 3 == 0, data)))
    first, *_, last = Countdown(n)
    found = next((x for x in data if x < n // 2), None)
    return (
        f"{counted} {windowed} {mapped} {kept} {pairwise_total(data)} {first} {last} "
        f"{found} {any(x < 0 for x in data)} {all(x >= 0 for x in data)}"
    )


if __name__ == "__main__":
    import sys

    n = int(sys.argv[1]) if len(sys.argv) > 1 else SIZE
    print("iterators", n, run(n))
