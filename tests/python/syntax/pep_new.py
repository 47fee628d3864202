# Newer syntax: except without parentheses, positional-only, star in index, parenthesised with.
def f(kind):
    try:
        raise kind("x")
    except ValueError, KeyError:
        return "either"
    except TypeError:
        return "type"
print(f(ValueError), f(KeyError), f(TypeError))
class G:
    def __getitem__(self, k): return k
print(G()[*[1, 2], 3], G()[*range(2)])
def stars(*args: *tuple[int, ...]): return args
print(stars(1, 2))
def ret(): return 1, *[2, 3]
def yl(): yield 0, *[1]
print(ret(), list(yl()))
for x in 1, *[2, 3]: print(x, end=" ")
print()
print([i for i in (1, *[2])], {**{"a": 1}, "b": 2}, (lambda *, a=1, **k: (a, k))(b=2))
@(lambda d: d)
def deco(): return "deco"
print(deco(), f"{'a'!r:^{5}}", 0xFF_FF, 1_0.0_1, 1 if 1 else 2)
if (n := 10) > 5: print(n)
print((a := 1, b := 2), a, b, [y := 1, y ** 2])
async def coro(): return [x async for x in agen()]
async def agen():
    yield 1
c = coro()
try:
    c.send(None)
except StopIteration as e:
    print(e.value)
global_stmt = 1
def g():
    global global_stmt; global_stmt = 2; return global_stmt
print(g(), global_stmt); x = 1; y = 2; print(x, y)
if x: pass; print("same line")
class A: pass; z = 1
print(A.z); del x, y
print(not-1, -1**2, 1-1, *[1], *(), sep=",")
lambda: (yield)
print((yield_ := "not keyword"), print, exec)
