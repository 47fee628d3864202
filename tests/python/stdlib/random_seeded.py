# random with a seed gives CPython's numbers.
import random
random.seed(42)
print([random.randint(1, 100) for _ in range(10)], random.random(), random.choice("abcdef"), random.sample(range(100), 5), random.uniform(1, 2), random.gauss(0, 1), random.getrandbits(70), random.choices([1, 2, 3], k=4), random.randrange(0, 100, 7), random.betavariate(1, 2), random.triangular(0, 1))
l = list(range(10)); random.shuffle(l); print(l)
r = random.Random("text seed")
print(r.random(), r.randbytes(4), r.expovariate(1.5), r.choices("ab", weights=[1, 9], k=6))
s = r.getstate(); a = r.random(); r.setstate(s); print(a == r.random())
