# Frames named <lambda>, class bodies and methods.
class C:
    def method(self, f):
        return f(self)


C().method(lambda self: self.missing)
