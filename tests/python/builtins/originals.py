"""Builtin functions go on with the functions they use, whatever the names have become."""
import builtins
saved = builtins.iter
builtins.iter = None
print(sum(x for x in (1, 2)), max((x for x in (1, 5)), default=0))
del builtins.iter
print(min(x for x in (4, 2)))
builtins.iter = saved
