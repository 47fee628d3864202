import sys
try:
    sys.modules[__name__].not_yet
except AttributeError as e:
    print(e)
not_yet = 1
