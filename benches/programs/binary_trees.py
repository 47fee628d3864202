"""Many short-lived and a few long-lived trees: allocation and collection."""

SIZE = 17
SMALL = 5


class Node:
    __slots__ = ("left", "right")

    def __init__(self, left, right):
        self.left = left
        self.right = right


def grow(depth):
    if depth == 0:
        return Node(None, None)
    return Node(grow(depth - 1), grow(depth - 1))


def count(node):
    if node.left is None:
        return 1
    return 1 + count(node.left) + count(node.right)


def run(n):
    long_lived = grow(n)
    totals = []
    for depth in range(4, n + 1, 4):
        trees = 1 << (n - depth)
        total = 0
        for _ in range(trees):
            total += count(grow(depth))
        totals.append(f"{trees}x{depth}={total}")
    return " ".join(totals) + f" kept={count(long_lived)}"


if __name__ == "__main__":
    import sys

    n = int(sys.argv[1]) if len(sys.argv) > 1 else SIZE
    print("binary_trees", n, run(n))
