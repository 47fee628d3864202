# Catching.
try:
    1 / 0
except ZeroDivisionError as error:
    print("caught", error)
try:
    [][1]
except (KeyError, IndexError) as error:
    print(type(error).__name__, error)
