# Targets of every kind, star targets and errors.
a, b = 1, 2
a, b = b, a
print(a, b)
(a, b), [c, d] = (1, 2), "xy"
print(a, b, c, d)
first, *rest = range(5)
*init, last = range(5)
one, *mid, end = "abcde"
print(first, rest, init, last, one, mid, end)
x, *y = [1]
print(x, y)
[p, [q, *r]] = 1, (2, 3, 4)
print(p, q, r)
i = 0
lst = [0, 0, 0]
i, lst[i] = 2, "set"
print(i, lst)
class O: pass
o = O()
o.x, o.y, lst[0:2] = 1, 2, "zz"
print(o.x, o.y, lst)
a = b = c = []
a.append(1)
print(c)
for code in ("a, b = 1,", "a, b = 1, 2, 3", "a, *b, c = 1,", "a, b = 5", "a, b = None", "() = [1]", "a, b, c, d = 'abc'", "a, b = iter(range(9))", "a, b = {1: 2, 3: 4, 5: 6}"):
    try:
        exec(code)
        print("ok")
    except (ValueError, TypeError) as error:
        print(code, "->", error)
[] = ()
() = []
def gen():
    yield 1
    print("more")
    yield 2
m, n = gen()
print(m, n)
