# Exceptions keep their frames' values alive.
def fail(i):
    local = [i, str(i)]
    raise ValueError(local)
errors = []
for i in range(300):
    try:
        fail(i)
    except ValueError as e:
        errors.append(e)
junk = [[i] for i in range(3000)]
print(sum(e.args[0][0] for e in errors), errors[5].__traceback__.tb_next.tb_frame.f_locals["local"])
chain = None
for i in range(200):
    try:
        try:
            raise KeyError([i])
        except KeyError as k:
            raise RuntimeError(i) from chain
    except RuntimeError as r:
        chain = r
n = 0
while chain: n, chain = n + 1, chain.__cause__
print(n)
def deep(k):
    keep = {"k": k}
    if k == 0: raise IndexError("bottom")
    try:
        deep(k - 1)
    finally:
        keep["k"] += 1
        log.append(keep)
log = []
for _ in range(5):
    try:
        deep(40)
    except IndexError as e:
        last = e
junk = [str(i) for i in range(2000)]
print(len(log), log[0], log[-1])
tb, d = last.__traceback__, 0
while tb:
    d += 1
    f = tb.tb_frame
    tb = tb.tb_next
print(d, f.f_locals["keep"])
class E(Exception):
    def __init__(self, data): self.data = data
seen = 0
for i in range(1000):
    try:
        raise E([i, [i]])
    except E as e:
        seen += e.data[1][0]
print(seen)
