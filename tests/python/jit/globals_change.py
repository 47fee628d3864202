# Constants of traces that stop being constant.
FLAG, LIMIT = False, 10
def work(n):
    t = 0
    for i in range(n):
        t += LIMIT if FLAG else 1
    return t
print(work(2000))
FLAG = True
print(work(2000))
LIMIT = 2.5
print(work(2000))
for k in range(30):
    LIMIT = k
    FLAG = k % 2 == 0
    work(100)
print(work(10))
def toggling(n):
    global FLAG, LIMIT
    t = 0
    for i in range(n):
        if i % 100 == 0: FLAG = not FLAG
        if i % 250 == 0: LIMIT += 1
        t += LIMIT if FLAG else 1
    return t
print(toggling(5000))
import math
def circle(n):
    t = 0.0
    for i in range(n): t += math.pi * i
    return round(t, 3)
print(circle(2000))
pi, math.pi = math.pi, 3
print(circle(2000))
math.pi = pi
print(circle(2000))
class K: rate = 1
def rated(n):
    t = 0
    for i in range(n):
        t += K.rate
        if i == 1500: K.rate = 5
    return t
print(rated(3000), rated(100))
def f(): return 1
def calls(n):
    t = 0
    for i in range(n):
        t += f()
        if i == 1000: f.__code__ = (lambda: 2).__code__
        if i == 2000: globals()["f"] = lambda: 3
    return t
print(calls(3000))
def defaults(x=1): return x
t = 0
for i in range(2000):
    t += defaults()
    if i == 1000: defaults.__defaults__ = (10,)
print(t)
l = [1, 2, 3]
def use_list(n):
    t = 0
    for i in range(n):
        t += l[i % len(l)]
        if i % 700 == 699: l.append(i)
    return t
print(use_list(3000), l)
old = abs
def absolute(n):
    t = 0
    for i in range(n): t += abs(-i)
    return t
print(absolute(2000))
abs = lambda x: 0
print(absolute(2000))
abs = old
print(absolute(2000))
