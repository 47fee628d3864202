# if, elif, else, nested, pass and one-liners.
def kind(n):
    if n < 0: return "negative"
    elif n == 0:
        return "zero"
    elif n < 10:
        if n % 2:
            return "small odd"
        else:
            return "small even"
    else:
        pass
    return "large"


for n in (-5, 0, 3, 4, 10):
    print(n, kind(n))
x = 3
print("a" if x == 1 else "b" if x == 2 else "c" if x == 3 else "d")
if 0: print("no")
elif "": print("no")
elif [0]: print("list")
if x == 3 and not x == 4 or 1 / 0: print("short")
if not (x < 3 or x > 3): print("exactly")
if 1 < x < 5 and x != 4: print("between")
