# Warnings of the compiler go to stderr, the program runs.
def swallow():
    for _ in range(1):
        try:
            1 / 0
        finally:
            break
    return "swallowed"


print(swallow())
x = 5
print(x is 5 or True)
if x is "a": pass
print((1, 2)[0], "\d")
assert (x, "always true")
