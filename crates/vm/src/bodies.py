# Builtin functions that consume what runs Python code, as Python functions: their loops are
# loops like any other, so a generator becomes part of them. The names that they use are in
# their namespace; `native` is the function itself, for what is left to it.

def any(iterable, /):
    for x in iterable:
        if x:
            return True
    return False

def all(iterable, /):
    for x in iterable:
        if not x:
            return False
    return True

def sum(iterable, total=0, /):
    rest = iter(iterable)
    if type(total) is int:
        for x in rest:
            if type(x) is int or type(x) is bool:
                total += x
            else:
                total = total + x
                break
        else:
            return total
    if type(total) is float:
        lost = 0.0
        for x in rest:
            if type(x) is not float:
                if type(x) is not int or not -9223372036854775808 <= x <= 9223372036854775807:
                    break
                x = x * 1.0
            new = total + x
            if abs(total) >= abs(x):
                lost += (total - new) + x
            else:
                lost += (x - new) + total
            total = new
        else:
            return total + lost if lost and lost - lost == 0.0 else total
        total = (total + lost if lost and lost - lost == 0.0 else total) + x
    if type(total) is complex:
        return native([x for x in rest], total)
    for x in rest:
        total = total + x
    return total

def max(iterable, /):
    rest = iter(iterable)
    for best in rest:
        break
    else:
        raise ValueError("max() iterable argument is empty")
    for x in rest:
        if x > best:
            best = x
    return best

def min(iterable, /):
    rest = iter(iterable)
    for best in rest:
        break
    else:
        raise ValueError("min() iterable argument is empty")
    for x in rest:
        if x < best:
            best = x
    return best

def max_key(iterable, /, key):
    rest = iter(iterable)
    for best in rest:
        break
    else:
        raise ValueError("max() iterable argument is empty")
    top = key(best)
    for x in rest:
        k = key(x)
        if k > top:
            best, top = x, k
    return best

def min_key(iterable, /, key):
    rest = iter(iterable)
    for best in rest:
        break
    else:
        raise ValueError("min() iterable argument is empty")
    top = key(best)
    for x in rest:
        k = key(x)
        if k < top:
            best, top = x, k
    return best

def max_default(iterable, /, default):
    rest = iter(iterable)
    for best in rest:
        break
    else:
        return default
    for x in rest:
        if x > best:
            best = x
    return best

def min_default(iterable, /, default):
    rest = iter(iterable)
    for best in rest:
        break
    else:
        return default
    for x in rest:
        if x < best:
            best = x
    return best

def list(iterable, /):
    return [x for x in iterable]

def tuple(iterable, /):
    return (*[x for x in iterable],)

def set(iterable, /):
    return {x for x in iterable}

def join(self, iterable, /):
    return native(self, [x for x in iterable])

def bytes(iterable, /):
    items = bytearray()
    for x in iterable:
        if type(x) is int and 0 <= x <= 255:
            items.append(x)
        else:
            # What it is worth as a byte, or why it is none.
            items += native([x])
    return native(items)

def frozenset(iterable, /):
    return native({x for x in iterable})

def sorted(iterable, /):
    items = [x for x in iterable]
    items.sort()
    return items
