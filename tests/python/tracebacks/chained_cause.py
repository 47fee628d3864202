# The direct cause.
try:
    [][0]
except IndexError as error:
    raise RuntimeError("wrapped") from error
