import _circle_a
early = hasattr(_circle_a, "name")
def hello(): return f"b sees {_circle_a.name}, early {early}"
