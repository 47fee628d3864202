# raise SystemExit is a normal end.
def f():
    raise SystemExit
f()
print("never")
