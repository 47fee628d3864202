# Delegation: values, sends, throws, returns.
def inner():
    try:
        got = yield 1
        print("inner got", got)
        got = yield 2
        print("inner got", got)
    except ValueError as e:
        print("inner caught", e)
        yield "recovered"
    return "inner result"


def outer():
    result = yield from inner()
    print("outer got", result)
    yield from "xy"
    yield from [3, 4]
    return (yield from ())


g = outer()
print(next(g), g.send("a"))
print(g.throw(ValueError("boo")))
print(list(g))
g = outer()
print(next(g), g.send("a"), g.send("b"), list(g))
def tree(n): 
    if n > 0:
        yield from tree(n - 1)
        yield n
        yield from tree(n - 1)
print(list(tree(4)))
class Delegate:
    def __init__(self): self.n = 0
    def __iter__(self): return self
    def __next__(self):
        self.n += 1
        if self.n > 2: raise StopIteration("iterator value")
        return self.n
    def send(self, v): return ("sent", v)
    def throw(self, *a): return ("thrown", type(a[0]).__name__)
    def close(self): print("delegate closed")
def use():
    r = yield from Delegate()
    print("r", r)
g = use()
print(next(g), g.send("hello"), g.throw(KeyError()), next(g))
try:
    next(g)
except StopIteration:
    print("done")
g = use()
next(g)
g.close()
def nosend(): yield from [1, 2]
g = nosend()
next(g)
try:
    g.send(5)
except AttributeError as e:
    print(e)
def deep(n):
    if n == 0:
        yield "bottom"
    else:
        yield from deep(n - 1)
print(list(deep(100)))
try:
    def bad(): yield from 5
    list(bad())
except TypeError as e:
    print(e)
def closer():
    try:
        yield from inner()
    finally:
        print("closer finally")
g = closer()
next(g)
g.close()
g = outer()
next(g)
print(g.gi_yieldfrom.__name__)
