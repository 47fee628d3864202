# int: parsing, bases, methods.
print(int("42"), int("-7"), int(" 12\n"), int("1_000"), int("ff", 16), int("0xFF", 16), int("0b11", 0), int("0o17", 0), int("z", 36), int("-0x1f", 0), int(3.99), int(-3.99), int(True), int("٣"), int(b"12"), int("0", 0), int("00", 10))
print(bin(10), oct(8), hex(255), bin(-5), hex(-255), bin(0), (10).bit_length(), (-10).bit_length(), (0).bit_length(), (255).bit_count(), (-7).bit_count(), (5).conjugate(), (5).real, (5).imag, (5).numerator, (5).denominator, (6).as_integer_ratio(), (5).is_integer())
print((1000).to_bytes(2, "big"), (1000).to_bytes(4, "little"), (-1).to_bytes(3, "big", signed=True), (65).to_bytes(), int.from_bytes(b"\x03\xe8", "big"), int.from_bytes(bytes(9) + b"\x01", "little"), int.from_bytes([1, 0], "big"))
print(round(12345, -2), round(15, -1), round(25, -1), round(-15, -1), round(5), pow(3, 4), pow(3, 4, 5), pow(3, -1, 7), pow(2, 1000, 1000007), pow(-2, 3), pow(2, -1), divmod(-7, 3), abs(-5), (7).__floordiv__(2), (7).__truediv__(2), (7).__rsub__(10), (1).__add__("x"))
print(f"{10 ** 18:,}", f"{255:08b}", f"{255:#x}", f"{-5:+}", f"{5:+}", f"{42:^7}|", f"{42:*>6}", f"{1e3:.0f}", f"{123456789:_}", f"{0xffff:_b}", f"{65:c}", f"{5: d}", f"{-5:=6}", f"{5:06}", f"{7:.2f}", f"{7:e}", f"{10:%}", format(12, "n"))
for f in (lambda: int("x"), lambda: int(""), lambda: int("1_"), lambda: int("_1"), lambda: int("1__0"), lambda: int("0x1"), lambda: int("9", 8), lambda: int("1", 1), lambda: int("1", 37), lambda: int(5, 10), lambda: int(None), lambda: int("1.5"), lambda: int("010", 0), lambda: (300).to_bytes(1, "big"), lambda: (-1).to_bytes(1, "big"), lambda: (1).to_bytes(-1, "big"), lambda: (1).to_bytes(1, "middle"), lambda: pow(2, -1, 4), lambda: pow(2, 3, 0), lambda: 2 ** "a", lambda: int("1" * 5000), lambda: str(10 ** 5000), lambda: f"{1:.3d}", lambda: f"{1:,b}", lambda: f"{1:s}", lambda: f"{-1:c}", lambda: 1 << (1 << 100), lambda: int("a" * 50)):
    try:
        print(f())
    except (ValueError, TypeError, OverflowError, MemoryError) as e:
        print(type(e).__name__, e)
print(int.__doc__ is not None, int(), isinstance(5, int), type(5)(7), int.from_bytes(b""), (0).to_bytes(0, "big"), 5 .__class__.__name__, hash(5), hash(-1), hash(1 << 61), bool(0), bool(-1))
