from ..once import count
name = f"leaf {count}"
