"""Escape times over a grid: plain float loops with a data-dependent end."""

SIZE = 420
SMALL = 24

LIMIT = 60


def escape_time(cx, cy):
    x = y = 0.0
    x2 = y2 = 0.0
    for step in range(LIMIT):
        y = 2.0 * x * y + cy
        x = x2 - y2 + cx
        x2 = x * x
        y2 = y * y
        if x2 + y2 > 4.0:
            return step
    return LIMIT


def run(n):
    checksum = 0
    inside = 0
    for row in range(n):
        cy = 2.0 * row / n - 1.0
        for column in range(n):
            steps = escape_time(3.0 * column / n - 2.0, cy)
            if steps == LIMIT:
                inside += 1
            checksum = (checksum * 31 + steps) % 1_000_003
    return f"{inside} {checksum}"


if __name__ == "__main__":
    import sys

    n = int(sys.argv[1]) if len(sys.argv) > 1 else SIZE
    print("mandelbrot", n, run(n))
