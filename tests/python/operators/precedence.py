# Precedence and associativity.
print(2 + 3 * 4, (2 + 3) * 4, 2 ** 3 ** 2, (2 ** 3) ** 2, -2 ** 2, 2 ** -1, 10 - 5 - 2, 100 / 10 / 2)
print(1 | 2 ^ 3 & 4 << 1 + 1, ~1 + 1, -3 // 2, not 1 == 2, 1 < 2 == True, (1 < 2) == True)
print(7 % 4 * 2, 2 * 7 % 4, 1 if 0 else 2 if 0 else 3, (lambda x: x or 5)(0), [1, 2][0] + 3, "a" "b" * 2)
print(5 & 6 == 6, (5 & 6) == 6, 1 + 2 << 1, not 0 and 1, not (0 and 1), 3 - -3, - - 3, ~-3, -~3, +-+3)
a = [1, 2, 3]
x = 5
print(*a[1:], a[-1] ** 2, a[0] if a else None, name := 3, (z := x + 1) * 2, z)
print(1 in [1] == True, (1 in [1]) == True, 1 not in [2] in [[2]])
