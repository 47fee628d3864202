# Exit codes that are instances of subclasses of int.
import enum
import os
import sys


class Code(enum.IntEnum):
    FINE = 0
    BAD = 3


class Property(property):
    pass


class C:
    def __init__(self):
        self.deleted = 0

    def delete(self):
        self.deleted += 1

    x = Property(lambda self: 1, None, delete)
    y = Property(lambda self: 2)


def status(code):
    pid = os.fork()
    if pid == 0:
        sys.exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


for code in (Code.FINE, Code.BAD, True, False, 7, -1, 256 + 5, None, 1 << 70):
    print(repr(code), status(code))

# Deleting through a subclass of property.
c = C()
del c.x
C.x.__delete__(c)
print(c.deleted)
for f in (lambda: delattr(c, "y"), lambda: setattr(c, "y", 1)):
    try:
        f()
    except AttributeError as e:
        print(e)
