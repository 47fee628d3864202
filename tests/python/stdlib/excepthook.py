# sys.excepthook and atexit run at the end.
import sys, atexit
atexit.register(print, "atexit 1")
atexit.register(lambda: print("atexit 2"))
def hook(t, v, tb): print("hook", t.__name__, v, tb.tb_lineno)
sys.excepthook = hook
raise ValueError("unhandled")
