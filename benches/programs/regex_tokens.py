"""A tokenizer with named groups, substitution with a function, splitting."""

import re

SIZE = 3_000
SMALL = 30

TOKEN = re.compile(
    r"""(?P<number>\d+(?:\.\d+)?)|(?P<name>[A-Za-z_]\w*)|(?P<string>"(?:[^"\\]|\\.)*")
      |(?P<comment>\#.*)|(?P<op>[-+*/%=<>!]=?|[(){}\[\],.:;])|(?P<space>\s+)|(?P<other>.)""",
    re.VERBOSE,
)
LINES = [
    'total = price * 1.25 + tax(rate, "high \\" low")  # sum\n',
    "if count_1 >= 10: print(items[count_1 % 7], héllo)\n",
    "    return {key: [x, y_2, 300], other: (a.b.c != 0.5)}\n",
    'text = "naïve café" + str(42)\n',
]


def make_source(n):
    return "".join(LINES[i * 7 % 4].replace("1", str(i)) for i in range(n))


def run(n):
    source = make_source(n)
    kinds = {}
    longest = 0
    for m in TOKEN.finditer(source):
        kinds[m.lastgroup] = kinds.get(m.lastgroup, 0) + 1
        longest = max(longest, m.end() - m.start())
    renamed = re.sub(r"\b[a-z]\w*", lambda m: m[0].capitalize(), source)
    fields = re.split(r"\s*[,:;]\s*", source)
    words = re.findall(r"\w+", renamed)
    return f"{sorted(kinds.items())} {longest} {len(renamed)} {len(fields)} {len(words)}"


if __name__ == "__main__":
    import sys

    n = int(sys.argv[1]) if len(sys.argv) > 1 else SIZE
    print("regex_tokens", n, run(n))
