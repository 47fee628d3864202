# Function and class decorators, with arguments, stacked, as any expression.
def log(f):
    def wrapper(*a, **k):
        print("call", f.__name__, a, k)
        return f(*a, **k)
    return wrapper


def repeat(n):
    def deco(f):
        def w(*a): return [f(*a) for _ in range(n)]
        return w
    return deco


@log
@repeat(2)
def hello(x): return f"hello {x}"


print(hello("you"))
registry = {}
def register(cls):
    registry[cls.__name__] = cls
    return cls


@register
class A: pass


print(list(registry), registry["A"] is A)


class Memo:
    def __init__(self, f): self.f, self.cache = f, {}
    def __call__(self, n):
        if n not in self.cache: self.cache[n] = self.f(n)
        return self.cache[n]


@Memo
def fib(n): return n if n < 2 else fib(n - 1) + fib(n - 2)


print(fib(50), len(fib.cache))
decos = [lambda f: "first", lambda f: "second"]
@decos[1]
def x(): pass
print(x)
@(lambda f: f.__name__)
def named(): pass
print(named)
@lambda c: c.__name__.lower()
class Upper: pass
print(Upper)
class Deco:
    def method_deco(f):
        def w(self): return f(self) + 1
        return w
    @method_deco
    def m(self): return 1
print(Deco().m())
@property
def prop(self): return 1
print(type(prop).__name__)
@print
class Printed: pass
print(Printed)
