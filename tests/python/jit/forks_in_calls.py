"""Callees that go many ways: what follows the call is the same for all of them."""


class State:
    def __init__(self, kind):
        self.kind = kind
        self.held = False
        self.count = 0

    def ready(self):
        return self.kind == 0 or not self.held and self.count % 3 == 1

    def act(self, x):
        if self.kind == 1:
            if x % 2:
                self.count += 1
                return 1
            self.held = not self.held
            return 2
        if self.kind == 2:
            if x % 5 == 0:
                return 3.5
            if x % 7 == 0:
                return None
            return -x
        if x % 11 == 3:
            return "text"
        if x % 13 == 4:
            raise ValueError(x)
        self.count += x
        return x


def run(states, rounds):
    total = odd = failed = 0
    log = []
    for i in range(rounds):
        for s in states:
            if s.ready():
                s.count += 1
                odd += 1
            try:
                r = s.act(i)
            except ValueError as e:
                failed += e.args[0]
                continue
            if isinstance(r, str):
                log.append(len(r) + i)
            elif r is not None:
                total += r
    return total, odd, failed, len(log), sum(log)


def nested(n):
    def pick(x):
        if x % 3 == 0:
            return "a"
        if x % 3 == 1:
            return inner(x)
        return inner(x + 1)

    def inner(x):
        if x % 4 == 0:
            return "b"
        if x % 5 == 0:
            return "c"
        return "d" if x & 1 else "e"

    counts = {}
    for i in range(n):
        k = pick(i)
        counts[k] = counts.get(k, 0) + 1
    return sorted(counts.items())


print(run([State(k % 4) for k in range(9)], 400))
print(nested(3000))
print(run([State(k % 3) for k in range(4)], 900))
