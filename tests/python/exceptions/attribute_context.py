# An `AttributeError` that passes an attribute's lookup tells the object and the name.
import symtable


class Bare:
    blech = None

    def __getattr__(self, name):
        raise AttributeError


class Worded:
    def __getattr__(self, name):
        raise AttributeError("nothing", 23)


class Other:
    @property
    def wrong(self):
        return Bare().inner

    @property
    def direct(self):
        raise AttributeError("direct")


class Every:
    def __getattribute__(self, name):
        raise AttributeError("every " + name)


def attempt(object, name):
    try:
        getattr(object, name)
    except AttributeError as e:
        print(e, e.args, e.name, type(e.obj).__name__, e.obj is object)


attempt(Bare(), "bluch")
attempt(Worded(), "x")
attempt(Other(), "wrong")
attempt(Other(), "direct")
attempt(Every(), "y")
attempt(3, "z")
print(getattr(Bare(), "x", 1), hasattr(Every(), "x"))

for comprehension in ("[x + k for x in xs]", "[k for k in xs]", "[[k for _ in ()] for k in xs]",
                      "{x: k for x in xs}", "[(lambda: k) for x in xs]", "(k for x in xs)", "[[k for x in y] for y in xs]"):
    table = symtable.symtable(f"def f(xs, k):\n    return {comprehension}\n", "?", "exec")
    f = [c for c in table.get_children() if c.get_name() == "f"][0]
    print(comprehension, f.lookup("k").is_referenced())
