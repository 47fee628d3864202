# Globals shadow builtins, before and after being used in a hot function.
def use(n):
    t = 0
    for i in range(n): t += len([i])
    return t
print(use(2000))
len = lambda x: 5
print(use(2000))
del len
print(use(2000))
import builtins
old = builtins.len
builtins.len = lambda x: 7
print(use(10), len([]))
builtins.len = old
print(use(10))
value = 1
def reader(n):
    t = 0
    for _ in range(n): t += value
    return t
print(reader(2000))
value = 2
print(reader(2000))
value = 2.5
print(reader(2000))
value = "x"
try:
    reader(3)
except TypeError as e:
    print(e)
del value
try:
    reader(3)
except NameError as e:
    print(e)
value = 10
print(reader(2000))
def changer(n):
    global value
    t = 0
    for i in range(n):
        t += value
        if i == n // 2: value += 1
    return t
print(changer(3000), value)
def helper(x): return x + 1
def caller(n):
    t = 0
    for i in range(n): t = helper(t)
    return t
print(caller(2000))
def helper(x): return x + 2
print(caller(2000))
globals()["helper"] = lambda x: x + 3
print(caller(2000))
exec("def helper(x): return x + 4")
print(caller(2000))
