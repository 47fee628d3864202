# super() and attributes of a class whose MRO is still being computed.
class M(type):
    def mro(cls):
        if cls.__mro__ is None:
            try:
                super(cls, cls).nothing
            except AttributeError as e:
                print(type(e).__name__)
        return type.mro(cls)


class A(metaclass=M):
    x = 1


class B(A):
    pass


print(A.__mro__ == (A, object), B.x)
