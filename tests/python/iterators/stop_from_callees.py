# StopIteration raised by what map, filter and their like call ends them.
print(list(map(next,[iter([1]),iter([]),iter([2])])))
def g(): yield from map(next,[iter([1]),iter([]),iter([2])])
try: print(list(g()))
except RuntimeError as e: print(repr(e))
r=[]
for x in map(next,[iter([1]),iter([]),iter([2])]): r.append(x)
print(r)
print(tuple(filter(next,[iter([1]),iter([]),iter([2])])).__len__())
import itertools
print(list(itertools.starmap(next,[(iter([1]),),(iter([]),),(iter([2]),)])))
def g(): yield from itertools.starmap(next,[(iter([1]),),(iter([]),),(iter([2]),)])
try: print(list(g()))
except RuntimeError as e: print(repr(e))
def g(): yield from filter(next,[iter([1]),iter([]),iter([2])])
try: print(len(list(g())))
except RuntimeError as e: print(repr(e))
def g(): yield from itertools.takewhile(next,[iter([1]),iter([]),iter([2])])
try: print(len(list(g())))
except RuntimeError as e: print(repr(e))
def g(): yield from itertools.accumulate([1,2,3],lambda a,b: next(iter([])))
try: print(len(list(g())))
except RuntimeError as e: print(repr(e))
def g(): yield from itertools.groupby([1,2,3],lambda a: next(iter([])))
try: print(len(list(g())))
except RuntimeError as e: print(repr(e))
def g(): yield from iter(lambda : next(iter([])),3)
try: print(len(list(g())))
except RuntimeError as e: print(repr(e))
def g():
    for x in zip(map(next,[iter([])]), [1]): yield x
print(list(g()))
a,=[0]
print(sum(map(next,[iter([1]),iter([]),iter([2])])), dict(map(next,[iter([(1,2)]),iter([])])), max(map(next,[iter([1]),iter([]),iter([2])])))
