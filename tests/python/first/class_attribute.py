# Attributes of the class.
class C:
    count = 0

    def inc(self):
        C.count += 1
        return self.count


print(C().inc(), C().inc(), C.count)
