# A near miss in a name.
counter = 1
print(coutner)
