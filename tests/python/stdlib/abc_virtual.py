import abc, collections.abc as ca, weakref, gc
class A(abc.ABC):
    @abc.abstractmethod
    def f(self): ...
    @property
    @abc.abstractmethod
    def p(self): ...
try: A()
except TypeError as e: print(e)
class B(A):
    def f(self): return 1
    p = 3
print(B().f(), isinstance(B(), A), issubclass(int, A))
A.register(int)
print(issubclass(bool, A), isinstance(3, A), isinstance("s", A))
print(sorted(B.__abstractmethods__), sorted(A.__abstractmethods__))
class S:
    def __len__(self): return 0
    def __iter__(self): return iter(())
    def __contains__(self, x): return False
print(isinstance(S(), ca.Collection), isinstance(S(), ca.Sized), isinstance(S(), ca.Sequence))
ca.Sequence.register(S)
match S():
    case []: print("seq")
    case _: print("no")
class M(ca.Mapping):
    def __getitem__(self, k): return k
    def __len__(self): return 1
    def __iter__(self): yield 'a'
match M():
    case {'a': x}: print(x)
try: A.register(3)
except TypeError as e: print(e)
try: B.register(A)
except RuntimeError as e: print(e)
from enum import Enum
def mk():
    for i in range(500):
        class T: pass
        isinstance(T(), A)
mk(); gc.collect()
t0 = abc.get_cache_token(); ca.Sized.register(type('Q', (), {})); print(abc.get_cache_token() - t0)
