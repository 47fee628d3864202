"""Edit distance between long strings, and the longest common part."""

SIZE = 1_300
SMALL = 40


def make(length, seed):
    letters = []
    for i in range(length):
        seed = (seed * 16807) % 2147483647
        letters.append("abcd"[seed % 4])
    return "".join(letters)


def distance(a, b):
    previous = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        current = [i]
        for j, y in enumerate(b, 1):
            current.append(
                min(previous[j] + 1, current[j - 1] + 1, previous[j - 1] + (x != y))
            )
        previous = current
    return previous[-1]


def longest_common(a, b):
    previous = [0] * (len(b) + 1)
    for x in a:
        current = [0]
        diagonal = 0
        for j, y in enumerate(b, 1):
            up = previous[j]
            if x == y:
                current.append(diagonal + 1)
            elif up > current[-1]:
                current.append(up)
            else:
                current.append(current[-1])
            diagonal = up
        previous = current
    return previous[-1]


def run(n):
    a = make(n, 11)
    b = make(n - n // 10, 23)
    return f"{distance(a, b)} {longest_common(a, b)} {distance('kitten', 'sitting')}"


if __name__ == "__main__":
    import sys

    n = int(sys.argv[1]) if len(sys.argv) > 1 else SIZE
    print("levenshtein", n, run(n))
