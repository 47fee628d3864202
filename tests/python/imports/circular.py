# Circular imports see the partly made module.
import _circle_a
print(_circle_a.name, _circle_a.from_b())
try:
    import _circle_bad
except ImportError as e:
    print(type(e).__name__, str(e).split(" (most")[0], "most likely due to a circular import" in str(e))
import _circle_attr
