# Traceback through builtins: sorted's key and a comparison.
class K:
    def __init__(self, v): self.v = v
    def __lt__(self, other): return self.v < other.v
print(sorted([K(1), K("a")], key=lambda k: k))
