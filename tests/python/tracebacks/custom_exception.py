# The exception's qualified name and own str.
class Outer:
    class Inner(Exception):
        def __str__(self):
            return "own text"


raise Outer.Inner(1)
