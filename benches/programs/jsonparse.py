"""A JSON parser and writer by hand: characters, dictionaries, recursion."""

SIZE = 9_000
SMALL = 20

ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "/": "/", "\\": "\\", '"': '"'}
LITERALS = {"t": ("true", True), "f": ("false", False), "n": ("null", None)}


class Parser:
    def __init__(self, text):
        self.text = text
        self.at = 0

    def skip_space(self):
        text, at = self.text, self.at
        while at < len(text) and text[at] in " \t\r\n":
            at += 1
        self.at = at
        return text[at] if at < len(text) else ""

    def expect(self, char):
        if self.skip_space() != char:
            raise ValueError(f"expected {char!r} at {self.at}")
        self.at += 1

    def value(self):
        char = self.skip_space()
        if char == "{":
            return self.object()
        if char == "[":
            return self.array()
        if char == '"':
            return self.string()
        if char in LITERALS:
            word, meaning = LITERALS[char]
            if not self.text.startswith(word, self.at):
                raise ValueError(f"bad literal at {self.at}")
            self.at += len(word)
            return meaning
        return self.number()

    def object(self):
        self.expect("{")
        result = {}
        if self.skip_space() == "}":
            self.at += 1
            return result
        while True:
            self.skip_space()
            key = self.string()
            self.expect(":")
            result[key] = self.value()
            if self.skip_space() != ",":
                self.expect("}")
                return result
            self.at += 1

    def array(self):
        self.expect("[")
        result = []
        if self.skip_space() == "]":
            self.at += 1
            return result
        while True:
            result.append(self.value())
            if self.skip_space() != ",":
                self.expect("]")
                return result
            self.at += 1

    def string(self):
        self.expect('"')
        text = self.text
        start = self.at
        parts = []
        while True:
            char = text[self.at]
            if char == '"':
                parts.append(text[start : self.at])
                self.at += 1
                return "".join(parts)
            if char == "\\":
                parts.append(text[start : self.at])
                escape = text[self.at + 1]
                if escape == "u":
                    parts.append(chr(int(text[self.at + 2 : self.at + 6], 16)))
                    self.at += 6
                else:
                    parts.append(ESCAPES[escape])
                    self.at += 2
                start = self.at
            else:
                self.at += 1

    def number(self):
        text = self.text
        start = self.at
        while self.at < len(text) and text[self.at] in "+-0123456789.eE":
            self.at += 1
        word = text[start : self.at]
        if "." in word or "e" in word or "E" in word:
            return float(word)
        return int(word)


def write(value):
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'
    if isinstance(value, list):
        return "[" + ", ".join([write(v) for v in value]) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join([write(k) + ": " + write(v) for k, v in value.items()]) + "}"
    return repr(value)


def make_data(n):
    return [
        {
            "id": i,
            "name": f"item \"{i}\"\n",
            "price": i * 0.25,
            "tags": ["a" * (i % 5), "\\", "\u00e9"],
            "nested": {"even": i % 2 == 0, "none": None, "list": [[i], [], {}]},
        }
        for i in range(n)
    ]


def run(n):
    data = make_data(n)
    text = write(data)
    parsed = Parser(text).value()
    assert parsed == data and write(parsed) == text
    escaped = Parser(r'"tab\tquote\"uni\u0041\/"').value()
    return f"{len(text)} {sum(item['price'] for item in parsed)} {escaped!r}"


if __name__ == "__main__":
    import sys

    n = int(sys.argv[1]) if len(sys.argv) > 1 else SIZE
    print("jsonparse", n, run(n))
