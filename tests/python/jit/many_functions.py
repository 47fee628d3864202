# Many small hot functions, each with its own loop; compiled, entered, left again.
fs = []
for k in range(40):
    ns = {}
    exec(f"def f{k}(n):\n t = {k}\n for i in range(n):\n  t = (t * {k + 3} + i) % 10007\n  if t == {k * 11}: t += 1\n return t\n", ns)
    fs.append(ns[f"f{k}"])
print([f(300) for f in fs])
print(sum(f(i) for i in range(50) for f in fs))
def outer(n):
    t = 0
    for i in range(n):
        t += fs[i % 40](i % 13)
    return t
print(outer(3000))
def chain(n):
    def a(x): return b(x + 1) if x % 3 else x
    def b(x): return c(x * 2) if x % 5 else x + 7
    def c(x): return a(x // 7) if x < n else x
    t = 0
    for i in range(n): t += a(i)
    return t
print(chain(800))
class State:
    def __init__(self): self.s, self.n = self.idle, 0
    def idle(self, c):
        self.n += 1
        return self.run if c == "r" else self.idle
    def run(self, c):
        self.n += 10
        return self.idle if c == "i" else self.done if c == "d" else self.run
    def done(self, c): return self.idle
    def feed(self, text):
        for c in text: self.s = self.s(c)
        return self.n
print(State().feed("rrxdiirxxd" * 300))
table = {"inc": lambda x: x + 1, "dbl": lambda x: x * 2 % 9973, "neg": lambda x: -x, "sq": lambda x: x * x % 8191}
names = list(table)
x = 5
for i in range(5000): x = table[names[i * i % 4]](x)
print(x)
