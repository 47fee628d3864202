"""Patterns with a wildcard star take items by index; the first base decides what a class matches."""
import collections
import collections.abc


class Seq(collections.abc.Sequence):
    def __getitem__(self, i):
        return i

    def __len__(self):
        return 42


match Seq():
    case [x, *_, y, z]:
        print(x, y, z)


class M1(collections.UserDict, collections.abc.Sequence):
    pass


class M2(dict, collections.abc.Sequence):
    pass


class S1(collections.UserList, collections.abc.Mapping):
    pass


for c in M1, M2, S1:
    match c():
        case {}:
            print(c.__name__, "map")
        case []:
            print(c.__name__, "seq")
