# Short circuits return operands; truth of values.
print(0 or "x", 1 and "y", 0 and 1, "" or [] or {}, 1 and 2 and 3, None or 0, not 0, not "a")
print(1 or 2 and 3, (1 or 2) and 3, not 1 == 2, not (1 and 0))


class T:
    def __init__(self, truth):
        self.truth = truth

    def __bool__(self):
        print("bool", self.truth, end=" ")
        return self.truth


class L:
    def __init__(self, n):
        self.n = n

    def __len__(self):
        return self.n


print(bool(T(True)), not T(False), bool(L(0)), bool(L(3)))
if T(True) and T(False) or T(True):
    print("yes")
print("a" if T(False) else "b", [x for x in (0, 1, "", "s", [], [0], None, 0.0, -0.0, 0j, b"", ()) if x])


class Bad:
    def __bool__(self):
        return 1


try:
    if Bad():
        pass
except TypeError as error:
    print(error)


class BadLen:
    def __len__(self):
        return -1


try:
    bool(BadLen())
except ValueError as error:
    print(error)
while not T(True):
    pass
print()
assert T(True), "never"
print()
print(bool(range(0)), bool(range(1)), bool(object()), bool(lambda: 0))
