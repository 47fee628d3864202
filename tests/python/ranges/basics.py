# range objects.
r = range(2, 20, 3)
print(r, list(r), len(r), r[0], r[-1], r[1:3], r[::-1], 5 in r, 6 in r, r.index(8), r.count(8), r.count(9), r.start, r.stop, r.step, r == range(2, 19, 3), hash(r) == hash(range(2, 19, 3)), range(0) == range(5, 5), bool(range(0)), list(reversed(r)))
print(list(range(5)), list(range(5, 0, -2)), list(range(0)), list(range(-3, 3)), list(range(3, 3)), list(range(10, 0)), range(10)[3], range(10)[-1], range(True), max(range(5)), sum(range(101)), 2.0 in range(5), 2.5 in range(5), "a" in range(5), None in range(3))
big = range(10 ** 20, 10 ** 20 + 10, 3)
print(big, len(big), big[2], list(big), 10 ** 20 + 3 in big, big.index(10 ** 20 + 6), big[-1], range(-10 ** 20, 10 ** 20)[10 ** 20], range(1 << 62, (1 << 62) + 2)[1], list(range((1 << 62) - 1, (1 << 62) + 2)))
try:
    len(range(10 ** 30))
except OverflowError as e:
    print(e)
for f in (lambda: range(), lambda: range(1.5), lambda: range("a"), lambda: range(1, 2, 0), lambda: range(5)[5], lambda: range(5)[-6], lambda: range(5).index(9), lambda: range(5).index("a"), lambda: setattr(range(1), "start", 5), lambda: range(1) + range(2), lambda: range(5)["a"], lambda: range(1, 2, 3, 4)):
    try:
        print(f())
    except (TypeError, ValueError, IndexError, AttributeError) as e:
        print(type(e).__name__, e)
total = 0
for i in range(1000, 0, -3):
    for j in range(i % 5): total += j
print(total)
class I:
    def __init__(self, n): self.n = n
    def __index__(self): return self.n
print(list(range(I(2), I(5))), range(I(3)))
it = iter(range(3))
print(next(it), list(it), list(it), it.__length_hint__(), iter(range(5)).__reduce__()[0].__name__)
for i in range(3):
    i += 10
    print(i, end=" ")
print(i)
