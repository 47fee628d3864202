"""Functions and generators that compiled code makes, bodies of builtin functions, short loops inside."""

def g(*a):
    for x in a: yield x
print(bytes(g(1,2,255)), bytes(g()), bytes(map(lambda x:x+1,[1,2])))
class I:
    def __index__(self): return 7
print(bytes(g(I(),True)))
for bad in (256,-1,'a',1.5,None):
    try: bytes(g(1,bad,2))
    except Exception as e: print(type(e).__name__, e)
print(frozenset(g(1,2,1)), sorted(g(3,1,2)))
try: sorted(g(1,'a'))
except TypeError as e: print(e)
def power(n): return [lambda x,p=p,q=2: x**p*q for p in range(n)]
def f(n):
    t=0
    for i in range(n):
        ps=power(3)
        t+=ps[i%3](i)+ps[(i+1)%3](i,q=5)
        s=sorted(x*x%7 for x in range(4)); t+=s[2]
        t+=len(bytes(x for x in range(i%5)))
        t+=max(x for x in range(1+i%3))
    return t
print(f(3000))
class R:
    fields=('a','b','c')
    def __init__(self,*v):
        for n,x in zip(self.fields,v): setattr(self,n,x)
    def t(self): return tuple(getattr(self,n) for n in self.fields)
    def missing(self): return [getattr(self,n) for n in ('a','zz')]
def h(n):
    s=0
    for i in range(n):
        r=R(i,2,3); s+=sum(r.t())
        try: r.missing()
        except AttributeError as e:
            if i==n-1: print(e)
    return s
print(h(3000))
def comp(*fs):
    def c(x):
        for f in fs: x=f(x)
        return x
    return c
def k(n):
    p=comp(lambda x:x+1,lambda x:x*2); q=comp(*[lambda x:x+1]*(n%9)); t=0
    for i in range(n): t+=p(i)+q(i)
    return t
print(k(1000),k(3001), k(50), k(4444))


class Many:
    def __init__(self):
        self.a = self.b = self.c = self.d = self.e = self.f = self.g = 1

    def more(self):
        for i in range(8):
            setattr(self, f"x{i}", i)
        self.a += 1
        return self.a + self.x7 + self.g


def singles(n):
    m = Many()
    total = 0
    for i in range(n):
        total += m.more()
        m.x7 += 1
        if i % 500 == 499:
            del m.x7
            m.x7 = 1
    return total


print(singles(2500))
print([(i, x) for i, x in enumerate([5, 6], 1 << 62)], list(zip([1, 2], (3,))), list(zip((3,), [1, 2])))
shared = iter([1, 2, 3, 4, 5])
print([(a, b) for a, b in zip(shared, shared)], list(shared))
short, longer = iter([1]), iter([1, 2, 3])
for _ in zip(short, longer):
    pass
print(list(longer))
short, longer = iter([1]), iter([1, 2, 3])
for _ in zip(longer, short):
    pass
print(list(longer))
