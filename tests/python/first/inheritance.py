# Inheriting and super.
class A:
    def hello(self):
        return "A"


class B(A):
    def hello(self):
        return "B" + super().hello()


class C(B):
    pass


print(A().hello(), B().hello(), C().hello(), isinstance(C(), A), issubclass(A, B))
