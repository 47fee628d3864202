# During handling of the above exception.
def lookup(key):
    return {}[key]


try:
    lookup("missing")
except KeyError:
    int("not a number")
