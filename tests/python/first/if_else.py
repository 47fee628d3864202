# One branch or the other.
x = 3
if x > 2:
    print("big")
else:
    print("small")
if x == 4:
    print("four")
elif x == 3:
    print("three")
