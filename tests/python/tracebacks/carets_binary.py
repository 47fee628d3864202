# Carets under a binary operator within a longer line.
values = [1, "two"]
total = 10 * (values[0] + values[1]) - 5
