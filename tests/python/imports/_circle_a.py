import _circle_b
name = "a"
def from_b(): return _circle_b.hello()
