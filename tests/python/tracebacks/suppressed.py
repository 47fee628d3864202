# from None hides the context.
try:
    [][0]
except IndexError:
    raise RuntimeError("clean") from None
