"""sys.setprofile: calls and returns of Python functions and builtins."""
import sys
import threading

events = []


def profile(frame, what, arg):
    if what.startswith("c_"):
        arg = arg.__name__
    events.append((frame.f_code.co_name, what, arg))


def f(x):
    return g(len(x))


def g(n):
    return [].append(n)


def bad():
    try:
        int("x")
        "a".index("b")
    except ValueError:
        pass


def gen():
    yield 1


sys.setprofile(profile)
f("abc")
bad()
list(gen())
sys.setprofile(None)
for e in events:
    print(*e)
events.clear()

threading.setprofile(profile)
t = threading.Thread(target=g, args=(5,))
t.start()
t.join()
threading.setprofile(None)
print([e for e in events if e[0] == "g"], sys.getprofile())
