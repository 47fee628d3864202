"""Shortest paths on a grid and on a random graph, with our own binary heap."""

SIZE = 180
SMALL = 9


class Heap:
    def __init__(self):
        self.items = []

    def __len__(self):
        return len(self.items)

    def push(self, item):
        items = self.items
        items.append(item)
        child = len(items) - 1
        while child:
            parent = (child - 1) >> 1
            if items[parent] <= item:
                break
            items[child] = items[parent]
            child = parent
        items[child] = item

    def pop(self):
        items = self.items
        top = items[0]
        last = items.pop()
        if items:
            hole = 0
            size = len(items)
            while True:
                child = 2 * hole + 1
                if child >= size:
                    break
                if child + 1 < size and items[child + 1] < items[child]:
                    child += 1
                if items[child] >= last:
                    break
                items[hole] = items[child]
                hole = child
            items[hole] = last
        return top


def grid_graph(side):
    def cost(x, y):
        return (x * 7 + y * 13 + x * y) % 10 + 1

    graph = {}
    for y in range(side):
        for x in range(side):
            edges = []
            for dx, dy in ((1, 0), (0, 1), (-1, 0), (0, -1)):
                if 0 <= x + dx < side and 0 <= y + dy < side:
                    edges.append(((x + dx, y + dy), cost(x + dx, y + dy)))
            graph[x, y] = edges
    return graph


def random_graph(size):
    state = 5
    graph = {i: [] for i in range(size)}
    for i in range(size * 5):
        state = (state * 48271) % 2147483647
        graph[i % size].append((state % size, state % 97 + 1))
    return graph


def shortest(graph, start):
    distances = {start: 0}
    heap = Heap()
    heap.push((0, start))
    while heap:
        distance, node = heap.pop()
        if distance > distances[node]:
            continue
        for neighbour, weight in graph[node]:
            through = distance + weight
            if neighbour not in distances or through < distances[neighbour]:
                distances[neighbour] = through
                heap.push((through, neighbour))
    return distances


def run(n):
    grid = shortest(grid_graph(n), (0, 0))
    network = shortest(random_graph(n * n), 0)
    return f"{grid[n - 1, n - 1]} {sum(grid.values())} {len(network)} {max(network.values())}"


if __name__ == "__main__":
    import sys

    n = int(sys.argv[1]) if len(sys.argv) > 1 else SIZE
    print("dijkstra", n, run(n))
