# KeyboardInterrupt raised by hand.
import sys
try:
    raise KeyboardInterrupt
except KeyboardInterrupt as e:
    print("caught", repr(e), isinstance(e, Exception))
sys.stdout.flush()
