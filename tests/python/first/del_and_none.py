# del, None, pass.
x = None
print(x is None, x)
del x
try:
    print(x)
except NameError as error:
    print(error)
