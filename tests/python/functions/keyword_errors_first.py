# What is said of calls that are wrong in more than one way; odd kinds of `__new__`.
import codeop
import functools


def attempt(f, *args, **kw):
    try:
        print(f(*args, **kw))
    except Exception as e:
        print(type(e).__name__, e)


attempt(lambda: 0, 1, x=2)
attempt(lambda a: 0, 1, 2, a=3)
attempt(lambda a, b=1: 0, 1, c=3, a=2)
attempt(lambda a, b=1: 0, 1, a=3, c=2)
attempt(lambda a, /, b=1: 0, 1, 2, 3, a=2)
attempt(lambda a, *, k: 0, 1, 2, k=1)


class Partial:
    __new__ = functools.partialmethod(lambda x, cls, a: (x, cls.__name__, a), 2)


class Descriptor:
    def __get__(self, instance, owner):
        return lambda cls, *args: (instance, owner.__name__, cls.__name__, args)


class Made:
    __new__ = Descriptor()


attempt(Partial, 1)
attempt(Made, 1, 2)

for source in ('a = f"""', "a = f'''x{1}", 'a = """', 't"""', 'a = f"x'):
    attempt(codeop.compile_command, source)

for source in (b"# coding: hex_codec\n", b"# coding: nonsense\n", b"# coding: shift-jis\n'\xc4\x85'\n",
               b"\xef\xbb\xbf#\n# coding: iso-8859-15\n", b"\xef\xbb\xbf# coding: fake\n", b"# coding: latin-1-unix\nprint('\xe4')"):
    attempt(exec, source)
