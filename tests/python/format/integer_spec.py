# Format specs of integers.
specs = ["", "d", "b", "o", "x", "X", "c", "n", "#b", "#o", "#x", "#X", ",", "_", "_x", "_b", "+", " ", "-", "+,", "5", "<5", ">5", "^5", "=5", "05", "*<6", "*>6", "*^6", "*=6", "+08", "010,", "#010x", "#_x", "e", "f", ".2f", "g", "%", ".1%", "08.3f", "+.2e", ",.1f", "_.0f", "=+6", "é^5", "<05", ">#8x", " d", "^+7d", "z", "zd", ".3", ".3d", "s", "q", ",x", ",_", "#c", "5c", "+c", "0", "00", "1000000000000000000000", "{", "*^", "<<5", ">>5", "==5", "=5s", "-#x", "_,", "_,d", "05s", "n5"]
for value in (0, 65, -1234567, 2 ** 70):
    for spec in specs:
        try:
            print(value, repr(spec), repr(format(value, spec)))
        except (ValueError, OverflowError) as e:
            print(value, repr(spec), type(e).__name__, e)
print(format(True, ""), format(True, "d"), format(False, "5"), format(True, "s") if False else "", f"{True:>6}|{True!s:>6}|")
