# printf-style.
print("%d %s %.1f" % (1, "a", 2.5))
