# List, set, dict comprehensions; nesting, conditions, scopes.
print([x * x for x in range(5)], {x % 3 for x in range(9)} == {0, 1, 2}, {x: x * x for x in range(4)})
print([(x, y) for x in range(3) for y in range(x)], [[y for y in range(x)] for x in range(3)])
print([x for x in range(20) if x % 2 if x % 3], [x if x % 2 else -x for x in range(5)])
x = "outer"
print([x for x in range(3)], x)
print({k: v for k, v in zip("abc", range(3))}, {v: k for k, v in {"a": 1}.items()}, {**{i: i for i in range(2)}, 9: 9})
print([i for i, in [(1,), (2,)]], [a + b for a, (b, *c) in [(1, (2, 3)), (4, (5,))]])
def f(n):
    return [lambda: (n, i) for i in range(2)], [j for j in range(n) if j != n - 1]
fs, js = f(3)
print([g() for g in fs], js)
print([y for x in ([1, 2], [3]) for y in x], [c for w in "ab cd".split() for c in w])
print([*[i for i in range(2)], *(j for j in "ab")], sum([i for i in range(100)]), len({i // 2 for i in range(10)}))
print([print(i) or i for i in range(2)])
def order():
    def t(v):
        print("t", v, end=" ")
        return v
    r = {t(k): t(v) for k, v in [(1, 2), (3, 4)]}
    print(r)
order()
try:
    [1 / x for x in (1, 0)]
except ZeroDivisionError as e:
    print(e)
try:
    [x for x in 5]
except TypeError as e:
    print(e)
try:
    {[]: 1 for _ in range(1)}
except TypeError as e:
    print(e)
class C:
    y = 5
    z = [y for _ in range(1)] if False else [v for v in [y]]
print(C.z)
def locals_in():
    a = 1
    return [sorted(locals()) for b in range(1)]
print(locals_in())
m = [[1, 2, 3], [4, 5, 6]]
print([[row[i] for row in m] for i in range(3)], [v for row in m for v in row if v % 2])
print([i for i in range(5000) if i % 999 == 0], sum([i * 2 for i in range(3000)]))
print([a := 3, a + 1], [last := v for v in "xyz"], last)
e = [[]] * 3
e[0].append(1)
print(e, [[] for _ in range(2)])
print({(i, j): i * j for i in range(2) for j in range(2)}, [w.title() for w in ("ab", "cd")])
