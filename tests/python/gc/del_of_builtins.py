# __del__ of subclasses of builtin types.
import gc

gone = []


class L(list):
    def __del__(self):
        gone.append(("list", list(self)))


class D(dict):
    def __init__(self, *args, name):
        super().__init__(*args)
        self.name = name

    def __del__(self):
        gone.append(("dict", self.name, dict(self)))


class S(str):
    def __new__(cls, text):
        return super().__new__(cls, text * 2)

    def __del__(self):
        gone.append(("str", str(self)))


class I(int):
    def __del__(self):
        gone.append(("int", int(self)))


class E(Exception):
    def __del__(self):
        gone.append(("exception", self.args))


def deep(n, f):
    # What a frame that is left has had in its registers is written over.
    return deep(n - 1, f) if n else f()


def make():
    L("ab")
    D({"k": 1}, name="d")
    S("ab")
    I(10**30)
    E("e", 1)


def collect():
    for _ in range(3):
        gc.collect()


deep(20, make)
deep(30, lambda: None)
deep(5, collect)
print(sorted(gone, key=str))


class Bad(Exception):
    def __new__(cls, *args):
        return cls


def gen():
    yield


for g in gen(), gen():
    try:
        g.throw(Bad)
    except TypeError as e:
        print(e)
