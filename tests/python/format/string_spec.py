# Format specs of strings and other objects.
for value in ("abc", "", "é€", "long text"):
    for spec in ("", "s", "5", "<5", ">5", "^5", "*^7", ".2", "5.2", ">8.3", ".0", "05", "=5", "d", "+", ",", "#", "é>4", "10s", "s10", "_", " ", "z", "c", "^", "."):
        try:
            print(repr(value), repr(spec), repr(format(value, spec)))
        except ValueError as e:
            print(repr(value), repr(spec), e)
for value in ([1], None, {}, (1,), object, b"x", range(3), ...):
    print(repr(format(value, "")))
    try:
        print(format(value, "5"))
    except TypeError as e:
        print(e)
print(f"{'a':{'b'}<{3}}", f"{5:{'0'}{'4'}}", "{:{}}".format("x", 4), "{0:{1}{2}{3}}".format("v", "*", "^", 5), f"{'x':>{2 + 3}}|")
for c in (1 + 2j, -1j, 0j, complex(1.5, -2.25)):
    print(format(c), format(c, ".1f"), format(c, ">12"), format(c, "+.2e"), format(c, "g"), format(c, ",.3f"))
