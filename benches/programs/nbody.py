"""Planets pulling at each other: float arithmetic over small lists."""

SIZE = 90_000
SMALL = 200

SOLAR_MASS = 39.47841760435743
YEAR = 365.24

# position, velocity per day, mass relative to the sun
PLANETS = [
    ([0.0, 0.0, 0.0], [0.0, 0.0, 0.0], 1.0),
    ([4.84143144246472, -1.16032004402742, -0.10362204447112],
     [0.00166007664274403, 0.00769901118419740, -0.0000690460016972063], 9.54791938424326e-4),
    ([8.34336671824457, 4.12479856412430, -0.403523417114321],
     [-0.00276742510726411, 0.00499852801234917, 0.0000230417297573763], 2.85885980666130e-4),
    ([12.8943695621391, -15.1111514016986, -0.223307578892655],
     [0.00296460137564761, 0.00237847173959480, -0.0000296589568540237], 4.36624404335156e-5),
    ([15.3796971148509, -25.9193146099879, 0.179258772950371],
     [0.00268067772490389, 0.00162824170038242, -0.0000951592254519715], 5.15138902046611e-5),
]


def make_bodies():
    bodies = [
        (list(position), [v * YEAR for v in velocity], mass * SOLAR_MASS)
        for position, velocity, mass in PLANETS
    ]
    drift = [sum(v[axis] * mass for _, v, mass in bodies) for axis in range(3)]
    sun = bodies[0][1]
    for axis in range(3):
        sun[axis] = -drift[axis] / SOLAR_MASS
    return bodies


def advance(pairs, bodies, dt, steps):
    for _ in range(steps):
        for (p1, v1, m1), (p2, v2, m2) in pairs:
            dx = p1[0] - p2[0]
            dy = p1[1] - p2[1]
            dz = p1[2] - p2[2]
            distance2 = dx * dx + dy * dy + dz * dz
            pull = dt / (distance2 * distance2 ** 0.5)
            b1 = m1 * pull
            b2 = m2 * pull
            v1[0] -= dx * b2
            v1[1] -= dy * b2
            v1[2] -= dz * b2
            v2[0] += dx * b1
            v2[1] += dy * b1
            v2[2] += dz * b1
        for position, velocity, _ in bodies:
            position[0] += dt * velocity[0]
            position[1] += dt * velocity[1]
            position[2] += dt * velocity[2]


def energy(pairs, bodies):
    total = 0.0
    for _, (vx, vy, vz), mass in bodies:
        total += 0.5 * mass * (vx * vx + vy * vy + vz * vz)
    for (p1, _, m1), (p2, _, m2) in pairs:
        distance2 = sum((a - b) ** 2 for a, b in zip(p1, p2))
        total -= m1 * m2 / distance2 ** 0.5
    return total


def run(n):
    bodies = make_bodies()
    pairs = [(bodies[i], bodies[j]) for i in range(5) for j in range(i + 1, 5)]
    before = energy(pairs, bodies)
    advance(pairs, bodies, 0.01, n)
    return f"{before:.9f} {energy(pairs, bodies):.9f}"


if __name__ == "__main__":
    import sys

    n = int(sys.argv[1]) if len(sys.argv) > 1 else SIZE
    print("nbody", n, run(n))
