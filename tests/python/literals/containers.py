# Displays: nesting, trailing commas, unpacking.
print((), (1,), (1, 2), 1, (1))
print([], [1], [1, 2,], [[1], [[2]]])
print({}, {1: 2}, {1: 2, 'a': (3,),}, {1, 2, 3} == {3, 2, 1, 1})
a, b = [1, 2], (3, 4)
print([*a, *b], (*a, 0, *b), {*a, *b}, {**{1: 2}, 3: 4, **{1: 5}})
print([*range(3), *"ab"], *a, *b)
x = 1, 2, 3
print(x, type(x).__name__)
x = *a, *b
print(x)
y, = [9]
print(y)
print({**{}}, [*()], (*[],), {*()})
print({True: 'a', 1: 'b', 1.0: 'c'})
print({'a': 1, 'b': 2, 'a': 3})
