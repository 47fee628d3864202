# Which pairs sort compares, in which order.
import random

random.seed(4)
log = []


class K:
    def __init__(self, v):
        self.v = v

    def __lt__(self, other):
        log.append((self.v, other.v))
        if len(log) == K.fail:
            raise ZeroDivisionError
        return self.v < other.v

    def __repr__(self):
        return str(self.v)


def run(values, fail=0, **kw):
    log.clear()
    K.fail = fail
    l = [K(v) for v in values]
    try:
        l.sort(**kw)
        end = "ok"
    except ZeroDivisionError:
        end = "raised"
    h = 0
    for a, b in log:
        h = (h * 31 + a * 7 + b) % 1000003
    print(len(values), len(log), h, end, l if len(l) < 12 else [l[0], l[-1], sum(i * k.v for i, k in enumerate(l))])


run([3, 1, 2])
run([1, 2, 3, 4], reverse=True)
run([2, 2, 1, 1, 0, 0, 5, 5])
run([5, 4, 4, 3, 3, 3, 9, 1])
for n in (10, 33, 64, 65, 200, 700):
    v = [random.randrange(n) for _ in range(n)]
    run(v)
    run(v, reverse=True)
    run(sorted(v[: n // 2]) + sorted(v[n // 2 :]))
    run(sorted(v, reverse=True) + [n, 0, 3])
    run([x % 3 for x in v])
    run(v, fail=n)
log.clear()
K.fail = 0
print(min(K(3), K(1), K(2)), log)
log.clear()
print(sorted([(1, K(2)), (1, K(1)), (0, K(0))], key=lambda p: p[0])[0][0], log)
l = [3, "a", 1]
try:
    l.sort()
except TypeError as e:
    print(e, l)
l = list(range(10))
try:
    l.sort(key=lambda x: l.append(x))
except (ValueError, TypeError) as e:
    print(type(e).__name__, e)
