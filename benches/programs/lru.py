"""Two caches that forget: a linked list with a dict, and an ordered dict."""

SIZE = 450_000
SMALL = 300


class Link:
    __slots__ = ("before", "after", "key", "value")

    def __init__(self, key=None, value=None):
        self.before = self.after = self
        self.key = key
        self.value = value


class LinkedCache:
    def __init__(self, capacity):
        self.capacity = capacity
        self.root = Link()
        self.links = {}
        self.hits = 0

    def to_front(self, link):
        link.before.after = link.after
        link.after.before = link.before
        self.insert(link)

    def insert(self, link):
        root = self.root
        link.before = root
        link.after = root.after
        root.after.before = link
        root.after = link

    def get(self, key, compute):
        link = self.links.get(key)
        if link is not None:
            self.hits += 1
            self.to_front(link)
            return link.value
        if len(self.links) >= self.capacity:
            oldest = self.root.before
            oldest.before.after = self.root
            self.root.before = oldest.before
            del self.links[oldest.key]
        link = Link(key, compute(key))
        self.links[key] = link
        self.insert(link)
        return link.value


class DictCache:
    """Relies on the order of insertion: the first key is the oldest."""

    def __init__(self, capacity):
        self.capacity = capacity
        self.values = {}
        self.hits = 0

    def get(self, key, compute):
        values = self.values
        if key in values:
            self.hits += 1
            value = values.pop(key)
        else:
            if len(values) >= self.capacity:
                del values[next(iter(values))]
            value = compute(key)
        values[key] = value
        return value


def run(n):
    linked = LinkedCache(200)
    ordered = DictCache(200)
    state = 3
    total = 0
    for _ in range(n):
        state = (state * 1103515245 + 12345) & 0x7FFFFFFF
        key = (state >> 16) % 300 if state & 0x8000 else (state >> 16) % 40
        total += linked.get(key, lambda k: k * k) - ordered.get(str(key), lambda k: int(k))
    assert linked.hits == ordered.hits
    return f"{total} {linked.hits} {sorted(linked.links)[:4]} {len(ordered.values)}"


if __name__ == "__main__":
    import sys

    n = int(sys.argv[1]) if len(sys.argv) > 1 else SIZE
    print("lru", n, run(n))
