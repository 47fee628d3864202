"""All ways to place queens, twice: with lists and with bit masks."""

SIZE = 11
SMALL = 6


def with_lists(size):
    columns = [False] * size
    rising = [False] * (2 * size)
    falling = [False] * (2 * size)

    def place(row):
        if row == size:
            return 1
        found = 0
        for column in range(size):
            up = row + column
            down = row - column + size
            if not columns[column] and not rising[up] and not falling[down]:
                columns[column] = rising[up] = falling[down] = True
                found += place(row + 1)
                columns[column] = rising[up] = falling[down] = False
        return found

    return place(0)


def with_masks(full, columns, left, right):
    if columns == full:
        return 1
    found = 0
    free = full & ~(columns | left | right)
    while free:
        bit = free & -free
        free ^= bit
        found += with_masks(full, columns | bit, (left | bit) << 1, (right | bit) >> 1)
    return found


def run(n):
    return f"{with_lists(n)} {with_masks((1 << n + 1) - 1, 0, 0, 0)}"


if __name__ == "__main__":
    import sys

    n = int(sys.argv[1]) if len(sys.argv) > 1 else SIZE
    print("nqueens", n, run(n))
