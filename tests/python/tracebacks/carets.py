# Carets under parts of the expression.
data = {"a": [1, 2, None]}


def get(d):
    return d["a"][2]["deep"] + 1


result = (
    get(data)
)
