"""The pickle module: containers, shared references, instances, two protocols."""

import pickle

SIZE = 15000
SMALL = 10


class Point:
    def __init__(self, x, y):
        self.x = x
        self.y = y


class Keeper:
    def __init__(self, kept):
        self.kept = kept

    def __getstate__(self):
        return {"kept": self.kept}

    def __setstate__(self, state):
        self.kept = state["kept"]


def run(n):
    shared = ["shared", 1, 2.5, b"bytes"]
    data = {
        "points": [Point(i, -i) for i in range(n)],
        "texts": [f"text {i % 50}" for i in range(n)],
        "pairs": [(i, i * 0.5, str(i)) for i in range(n)],
        "shared": [shared] * n,
        "big": [3**i for i in range(n % 97)],
        "sets": [frozenset((i, i + 1)) for i in range(n)],
        "keepers": [Keeper(shared) for _ in range(n // 2)],
    }
    sizes = []
    for protocol in (2, 5):
        raw = pickle.dumps(data, protocol)
        back = pickle.loads(raw)
        assert back["shared"][0] is back["shared"][-1] is back["keepers"][0].kept
        sizes.append(len(raw) > 20 * n)  # the name of this module is in it
        sizes.append(sum(p.x - p.y for p in back["points"]) + len(back["sets"]))
    return " ".join(map(str, sizes))


if __name__ == "__main__":
    import sys

    n = int(sys.argv[1]) if len(sys.argv) > 1 else SIZE
    print("lib_pickle", n, run(n))
