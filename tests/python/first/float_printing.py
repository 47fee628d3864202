# How floats look.
print(0.1, 1.0, 1e100, 1e-7, 100000.0, 1.5e16, 2 / 3, -0.0)
