"""Matrix products: lists of lists of floats and of integers."""

SIZE = 180
SMALL = 9


def make(size, scale):
    return [[(i * 3 + j * 7) % 11 * scale for j in range(size)] for i in range(size)]


def multiply(a, b):
    size = len(a)
    columns = list(zip(*b))
    result = []
    for row in a:
        line = []
        for column in columns:
            total = row[0] * column[0]
            for k in range(1, size):
                total += row[k] * column[k]
            line.append(total)
        result.append(line)
    return result


def multiply_in_place(a, b, c):
    size = len(a)
    for i in range(size):
        for j in range(size):
            c[i][j] = 0
        for k in range(size):
            factor = a[i][k]
            for j in range(size):
                c[i][j] += factor * b[k][j]


def trace(matrix):
    total = 0
    for i in range(len(matrix)):
        total += matrix[i][i]
    return total


def run(n):
    floats = make(n, 0.5)
    product = multiply(floats, floats)
    ints = make(n, 1)
    other = [[0] * n for _ in range(n)]
    multiply_in_place(ints, ints, other)
    return f"{trace(product)} {trace(other)} {other[-1][0]}"


if __name__ == "__main__":
    import sys

    n = int(sys.argv[1]) if len(sys.argv) > 1 else SIZE
    print("matmul", n, run(n))
