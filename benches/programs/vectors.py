"""A small vector class with operators: temporaries that should not exist."""

SIZE = 250_000
SMALL = 100


class Vec:
    def __init__(self, x, y, z):
        self.x = x
        self.y = y
        self.z = z

    def __add__(self, other):
        return Vec(self.x + other.x, self.y + other.y, self.z + other.z)

    def __sub__(self, other):
        return Vec(self.x - other.x, self.y - other.y, self.z - other.z)

    def __mul__(self, factor):
        return Vec(self.x * factor, self.y * factor, self.z * factor)

    __rmul__ = __mul__

    def __neg__(self):
        return Vec(-self.x, -self.y, -self.z)

    def __eq__(self, other):
        return self.x == other.x and self.y == other.y and self.z == other.z

    def dot(self, other):
        return self.x * other.x + self.y * other.y + self.z * other.z

    def cross(self, other):
        return Vec(
            self.y * other.z - self.z * other.y,
            self.z * other.x - self.x * other.z,
            self.x * other.y - self.y * other.x,
        )


def run(n):
    position = Vec(1.0, 0.0, 0.0)
    velocity = Vec(0.0, 1.0, 0.1)
    field = Vec(0.1, 0.0, 1.0)
    dt = 0.001
    energy = 0.0
    for _ in range(n):
        force = -position + velocity.cross(field) * 0.5
        velocity += dt * force
        position = position + velocity * dt
        energy += 0.5 * velocity.dot(velocity) + 0.5 * position.dot(position)
    same = sum(Vec(i % 3, 0, 0) == Vec(1, 0, 0) for i in range(n))
    return f"{position.x:.9f} {velocity.y:.9f} {energy / n:.9f} {same}"


if __name__ == "__main__":
    import sys

    n = int(sys.argv[1]) if len(sys.argv) > 1 else SIZE
    print("vectors", n, run(n))
