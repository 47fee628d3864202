# Formatted strings.
x, name = 5, "Al"
print(f"{name} is {x}", f"{x + 1}", f"{name!r}", f"{x:3}|", f"{1.5:.2f}")
