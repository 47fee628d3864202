# Bad indentation.
def f():
return 1
