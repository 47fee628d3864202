# Appending to a string.
s = ""
for i in range(20000):
    s += "x"
print(len(s))
