"""Conway's game of life, on a set of cells and on rows of numbers."""

SIZE = 600
SMALL = 4

OFFSETS = [(dx, dy) for dx in (-1, 0, 1) for dy in (-1, 0, 1) if dx or dy]


def step_set(cells):
    neighbours = {}
    for x, y in cells:
        for dx, dy in OFFSETS:
            spot = (x + dx, y + dy)
            neighbours[spot] = neighbours.get(spot, 0) + 1
    return {
        spot for spot, count in neighbours.items() if count == 3 or count == 2 and spot in cells
    }


def step_rows(rows):
    height, width = len(rows), len(rows[0])
    result = []
    for y in range(height):
        above, here, below = rows[y - 1], rows[y], rows[(y + 1) % height]
        line = []
        for x in range(width):
            right = (x + 1) % width
            count = (
                above[x - 1] + above[x] + above[right] + here[x - 1] + here[right]
                + below[x - 1] + below[x] + below[right]
            )
            line.append(1 if count == 3 or count == 2 and here[x] else 0)
        result.append(line)
    return result


def run(n):
    cells = {(1, 0), (2, 1), (0, 2), (1, 2), (2, 2)}
    cells |= {(x + 40, y * y % 7 + 30) for x in range(20) for y in range(5)}
    rows = [[(x * y + x // 3) % 3 % 2 for x in range(64)] for y in range(64)]
    for _ in range(n):
        cells = step_set(cells)
        rows = step_rows(rows)
    corner = min(cells) if cells else None
    return f"{len(cells)} {corner} {sum(map(sum, rows))} {sum(rows[5])}"


if __name__ == "__main__":
    import sys

    n = int(sys.argv[1]) if len(sys.argv) > 1 else SIZE
    print("life", n, run(n))
