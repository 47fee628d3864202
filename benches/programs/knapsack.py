"""Dynamic programming: knapsack tables, coin change, memoised paths."""

SIZE = 4_000
SMALL = 60


def knapsack(items, capacity):
    best = [0] * (capacity + 1)
    for weight, value in items:
        for room in range(capacity, weight - 1, -1):
            candidate = best[room - weight] + value
            if candidate > best[room]:
                best[room] = candidate
    return best[capacity]


def coin_ways(coins, amount):
    ways = [1] + [0] * amount
    for coin in coins:
        for total in range(coin, amount + 1):
            ways[total] += ways[total - coin]
    return ways[amount]


def grid_paths(width, height):
    memo = {}

    def paths(x, y):
        if x == 0 or y == 0:
            return 1
        key = (x, y)
        if key not in memo:
            memo[key] = 0 if (x * y) % 7 == 3 else paths(x - 1, y) + paths(x, y - 1)
        return memo[key]

    return paths(width, height)


def longest_rising(values):
    lengths = []
    for i, value in enumerate(values):
        lengths.append(1 + max((lengths[j] for j in range(i) if values[j] < value), default=0))
    return max(lengths)


def run(n):
    items = [(3 + i * 7 % 41, 10 + i * 11 % 67) for i in range(100)]
    values = [i * 7919 % 1009 for i in range(n // 3)]
    side = min(n // 12, 190)
    return (
        f"{knapsack(items, n * 10)} {coin_ways((1, 2, 5, 10, 20, 50, 100, 200), n * 20)} "
        f"{grid_paths(side, side) % 1_000_000_007} {longest_rising(values)}"
    )


if __name__ == "__main__":
    import sys

    n = int(sys.argv[1]) if len(sys.argv) > 1 else SIZE
    print("knapsack", n, run(n))
