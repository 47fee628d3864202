# A small matrix type with @ and @=.
class M:
    def __init__(self, rows): self.rows = rows
    def __matmul__(self, o):
        if not isinstance(o, M): return NotImplemented
        return M([[sum(a * b for a, b in zip(r, c)) for c in zip(*o.rows)] for r in self.rows])
    def __rmatmul__(self, o): return M([[o * x for x in r] for r in self.rows])
    def __imatmul__(self, o):
        self.rows = (self @ o).rows
        return self
    def __repr__(self): return f"M({self.rows})"


a, b = M([[1, 2], [3, 4]]), M([[0, 1], [1, 0]])
print(a @ b, b @ a, 2 @ a, a @ b @ a)
c = a
c @= b
print(c, c is a)
try:
    a @ 3
except TypeError as error:
    print(error)
