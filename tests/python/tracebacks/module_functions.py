# The traceback module agrees with what is printed.
import traceback
def f(): return g() + 1
def g(): raise ValueError("in g")
try:
    f()
except ValueError as e:
    print(traceback.format_exc(), end="")
    print("".join(traceback.format_exception_only(e)), end="")
    for frame in traceback.extract_tb(e.__traceback__):
        print(frame.name, frame.lineno, frame.line)
