# Comparing.
print(1 < 2, 1 > 2, 1 == 1.0, 1 != 2, "a" < "b", 1 < 2 < 3, 1 < 3 < 2)
print(None is None, [] is [], not True, True and False, True or False)
