# Sets of small integers.
s = {1, 2, 2, 3}
s.add(4)
print(s, len(s), 2 in s, {1, 2} | {3}, {1, 2} & {2}, {1, 2} - {2})
