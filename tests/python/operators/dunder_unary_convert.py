# Unary operators and conversions through special methods.
class U:
    def __neg__(self): return "neg"
    def __pos__(self): return "pos"
    def __invert__(self): return "invert"
    def __abs__(self): return "abs"
    def __int__(self): return 41
    def __float__(self): return 4.5
    def __complex__(self): return 1 + 2j
    def __index__(self): return 3
    def __round__(self, n=None): return f"round {n}"
    def __trunc__(self): return "trunc"
    def __floor__(self): return "floor"
    def __ceil__(self): return "ceil"
    def __bytes__(self): return b"bytes"
    def __hash__(self): return 12
    def __format__(self, spec): return f"<{spec}>"
    def __str__(self): return "str"
    def __repr__(self): return "repr"
    def __contains__(self, x): return x == 1
    def __len__(self): return 5
    def __length_hint__(self): return 7
    def __call__(self, *a, **k): return a, k
    def __getitem__(self, k): return ("item", k)
    def __reversed__(self): return iter("cba")
    def __divmod__(self, o): return "divmod"
    def __dir__(self): return ["b", "a"]

import math
u = U()
print(-u, +u, ~u, abs(u), int(u), float(u), complex(u), round(u), round(u, 2))
print(math.trunc(u), math.floor(u), math.ceil(u), bytes(u), hash(u), format(u, "abc"), str(u), repr(u))
print(f"{u} {u!r} {u:>5}", 1 in u, 2 in u, len(u), u(1, k=2), u["x"], u[1:2], u[1, ::2], list(reversed(u)), dir(u))
print([10, 20, 30, 40][u], "abcdef"[:u], hex(u), bin(u), chr(u), list(range(u)), divmod(u, 1), "%d" % u, "%x" % u)


class NoConv:
    pass


for f in (int, float, complex, abs, len, hash, bytes, math.floor, iter, next, reversed, hex, chr, round):
    try:
        print(f.__name__, type(f(NoConv())).__name__)
    except TypeError as error:
        print(f.__name__, error)


class BadInt:
    def __int__(self): return "x"
    def __index__(self): return 1.5
    def __len__(self): return "n"
    def __str__(self): return 1
    def __repr__(self): return None
    def __hash__(self): return "h"
    def __float__(self): return 1
    def __bytes__(self): return "s"


for f in (int, float, len, str, repr, hash, bytes, range):
    try:
        print(f(BadInt()))
    except TypeError as error:
        print(f.__name__, error)
