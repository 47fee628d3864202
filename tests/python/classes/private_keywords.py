# Names of arguments in calls are not private to a class; parameters are.
def names(*args, **named):
    return sorted(named)


class Box:
    def all(self, *rest):
        print(names(__a=1), names(*rest, __a=1), names(**{'b': 1}, __a=1), self.own(__a=2))
        return self.take(_Box__a=3)

    def own(self, **named):
        return named

    def take(self, __a):
        return __a


print(Box().all(1))
