"""gc.collect() finds cycles that functions have just dropped, and counts them."""
import gc
import weakref


def a_list():
    l = []
    l.append(l)
    gc.collect()
    del l
    return gc.collect()


def a_tuple():
    l = []
    t = (l,)
    l.append(t)
    gc.collect()
    del t
    del l
    return gc.collect()


def an_instance():
    class A:
        pass

    a = A()
    a.a = a
    gc.collect()
    del a
    return gc.collect()


class Named:
    def __init__(self, arg):
        self.arg = arg


def weak_keys():
    objects = [Named(i) for i in range(3)]
    d = weakref.WeakKeyDictionary()
    for o in objects:
        d[o] = o.arg
    items1 = d.items()
    items2 = d.copy().items()
    same = set(items1) == set(items2)
    del items1, items2
    del objects[0]
    gc.collect()
    return same, len(d)


def helper():
    return gc.collect()


def through_a_helper():
    l = []
    l.append(l)
    gc.collect()
    del l
    return helper()


for f in a_list, a_tuple, an_instance, weak_keys, through_a_helper:
    print(f.__name__, f(), f())

# Callbacks.
seen = []
gc.callbacks.append(lambda phase, info: seen.append((phase, sorted(info))))
gc.collect()
gc.callbacks.clear()
print(seen)

# Saving what would be freed.
l = []
l.append(l)
gc.collect()
gc.garbage.clear()
address = id(l)
gc.set_debug(gc.DEBUG_SAVEALL)
del l
gc.collect()
gc.set_debug(0)
print(len(gc.garbage), id(gc.garbage[0]) == address)
gc.garbage.clear()

gc.freeze()
print(gc.get_freeze_count() > 0)
gc.unfreeze()
print(gc.get_freeze_count())
print(sorted(gc.get_referents([1, 2], {3: 4}, (0, 0, 0))), gc.get_referents(1, "a", 4j))
print(gc.is_tracked(type), gc.is_tracked(object()), gc.is_tracked(Named), gc.is_tracked([]))
for bad in 1000, -1000, "1", 1.5:
    try:
        gc.get_objects(bad)
    except (ValueError, TypeError) as e:
        print(type(e).__name__)
