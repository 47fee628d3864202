"""Scanning text: a tokenizer by characters and a calculator on top of it."""

SIZE = 60_000
SMALL = 40

OPERATORS = {"+": 1, "-": 1, "*": 2, "/": 2, "%": 2}


def tokens(text):
    at = 0
    end = len(text)
    while at < end:
        char = text[at]
        if char.isspace():
            at += 1
        elif char.isdigit():
            start = at
            while at < end and text[at].isdigit():
                at += 1
            yield "number", int(text[start:at])
        elif char.isalpha() or char == "_":
            start = at
            while at < end and (text[at].isalnum() or text[at] == "_"):
                at += 1
            yield "name", text[start:at]
        else:
            at += 1
            yield "operator", char


def apply(operator, values):
    right = values.pop()
    left = values.pop()
    if operator == "+":
        values.append(left + right)
    elif operator == "-":
        values.append(left - right)
    elif operator == "*":
        values.append(left * right)
    elif right == 0:
        values.append(0)
    elif operator == "/":
        values.append(left // right)
    else:
        values.append(left % right)


def evaluate(text, names):
    values = []
    operators = []
    for kind, token in tokens(text):
        if kind == "number":
            values.append(token)
        elif kind == "name":
            values.append(names[token])
        elif token == "(":
            operators.append(token)
        elif token == ")":
            while operators[-1] != "(":
                apply(operators.pop(), values)
            operators.pop()
        else:
            while operators and operators[-1] != "(" and OPERATORS[operators[-1]] >= OPERATORS[token]:
                apply(operators.pop(), values)
            operators.append(token)
    while operators:
        apply(operators.pop(), values)
    return values[0]


def run(n):
    names = {"x": 3, "y_2": 41, "zeta": 1000}
    total = 0
    for i in range(n):
        names["x"] = i % 17
        total += evaluate(f"(x + {i}) * y_2 - zeta / (x + 1) % {i % 7 + 2}", names)
        total %= 1_000_000_007
    words = "one two  three;four ,five" * (n // 4)
    vowels = sum(1 for char in words if char in "aeiou")
    longest = max(map(len, words.replace(";", " ").split()))
    return f"{total} {vowels} {words.count('e')} {longest}"


if __name__ == "__main__":
    import sys

    n = int(sys.argv[1]) if len(sys.argv) > 1 else SIZE
    print("scanner", n, run(n))
