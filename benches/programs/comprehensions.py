"""List, set and dict comprehensions, nested and filtered, with unpacking."""

SIZE = 900
SMALL = 5


def run(n):
    total = 0
    for round_number in range(n):
        squares = [x * x for x in range(2000)]
        even = [x for x in squares if x % 2 == 0]
        pairs = [(x, y) for x in range(40) for y in range(x) if (x + y) % 3]
        table = {x: y for x, y in zip(even, reversed(even)) if x != y}
        residues = {x % 97 for x in squares}
        flat = [cell for row in [[i * j for j in range(20)] for i in range(20)] for cell in row]
        chosen = {k: [v for v in range(k)] for k in range(30)}
        total += sum(squares) + len(pairs) + sum(table.values()) % 1009
        total += len(residues) * round_number + flat[-1]
        total += sum(len(v) for v in chosen.values())
        total += sum([a * b for (a, b), c in zip(pairs, even) if c > 10])
    return total


if __name__ == "__main__":
    import sys

    n = int(sys.argv[1]) if len(sys.argv) > 1 else SIZE
    print("comprehensions", n, run(n))
