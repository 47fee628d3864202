# Method calls on results.
print("a,b".split(",")[1].upper().lower() + "c".join(["x", "y"]))
print([3, 1, 2].copy().pop(), {"a": [1]}["a"][0], (lambda: [lambda: 5])()[0]())
