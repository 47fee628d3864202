# Reading and writing attributes.
class C:
    def __init__(self):
        self.n = 0

    def bump(self):
        self.n += 1


c = C()
for _ in range(50000):
    c.bump()
print(c.n)
