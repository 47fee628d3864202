# Special methods.
class V:
    def __init__(self, v):
        self.v = v

    def __add__(self, other):
        return V(self.v + other.v)

    def __eq__(self, other):
        return self.v == other.v

    def __repr__(self):
        return f"V({self.v})"

    def __len__(self):
        return self.v

    def __getitem__(self, i):
        return i * self.v

    def __call__(self, x):
        return x + self.v


print(V(1) + V(2), V(1) == V(1), V(1) != V(1), len(V(3)), V(2)[5], V(1)(2), str(V(4)), [V(5)])
