# One or the other.
x = 5
print("big" if x > 3 else "small", 1 if False else 2)
