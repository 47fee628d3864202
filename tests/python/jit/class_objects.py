"""Attributes of class objects that change while code relies on them; max and min with a default."""

import enum
class Color(enum.Enum):
    RED=1; GREEN=2
class A:
    K=5; count=0; data=[]
    def f(self): return 1
    @classmethod
    def cm(cls): return cls.K
    @property
    def p(self): return 3
    @staticmethod
    def sm(): return 7
class B(A): pass
class M(type):
    @property
    def prop(cls): return 'mp'
    def __getattr__(cls,n): return 'ga'+n
    K2=9
class C(metaclass=M):
    prop=1; own=2
def run(n):
    t=0
    for i in range(n):
        t+=A.K+B.K+A.cm()+B.cm()+A.sm()+A.f(None)+len(A.data)
        A.count+=1; B.K2=i
        t+=B.K2+A.count+B.count
        t+=C.own+len(C.prop)+len(C.zz)+C.K2
        t+=len(A.__name__)+(Color.RED is Color.RED)+Color.GREEN.value
        if i==n//2: A.K=6; A.f=lambda s: 10
        if i==n//2+10: B.K=7; C.own=3
        if i==n//2+20: del B.K; A.__name__='AAA'
        if i==n//2+30:
            M.own=property(lambda c: 100)
        if i==n//2+40: del M.own
        if i==n//2+50: M.own=5
        if i==n//2+60: B.__bases__=(C0,)
        if i==n//2+70: B.__bases__=(A,)
    return t
class C0:
    K=50; count=3
    cm=classmethod(lambda c: 2)
print(run(300),A.K); A.K=5
print(run(3000),A.count,A.__name__,B.K)
def g(n):
    t=0
    for i in range(n):
        t+=max((x for x in range(i%4)),default=-1)+min((x for x in range(i%3)),default=-2)
        t+=max((),default=4)
    try: max((x for x in ()),key=None)
    except ValueError as e: print(e)
    return t
print(g(3000))
