# sys.exit with a number says nothing.
import sys
print("bye")
sys.exit(3)
