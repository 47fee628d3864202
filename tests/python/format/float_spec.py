# Format specs of floats.
specs = ["", "e", "E", "f", "F", "g", "G", "n", "%", ".0f", ".1f", ".3f", ".10f", ".0e", ".3e", ".0g", ".3g", ".17g", "#.0f", "#g", "#.3g", "10.2f", "<10.2f", "^10.2f", "=+10.2f", "010.2f", "+", " ", "+.1f", ",", ",.2f", "_.2f", "020,.2f", ".0%", ".2%", "z.0f", "z.1f", "z", "*^12", "08", "5", ".3", ".1", ".0", ".15", ".16", ".20", "d", "x", "s", "c", "b", ".", ".-1f", "f5", ",_", ",n", ".,2f", "._4f"]
for value in (0.0, -0.0, 1.0, -0.04, 3.14159265, 1234567.891, 1e-7, 1e22, 123456789012345678.0, float("inf"), float("nan"), 0.5, 99.95):
    for spec in specs:
        try:
            print(value, repr(spec), repr(format(value, spec)))
        except ValueError as e:
            print(value, repr(spec), e)
