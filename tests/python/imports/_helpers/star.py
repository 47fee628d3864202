__all__ = ["public", "exported"]
public = "public"
exported = "exported"
hidden = "hidden"
_private = 1
