# sys.exit with text prints it and returns 1.
import sys
try:
    sys.exit("reason")
finally:
    print("cleanup")
