"""Building text: join, appending, formatting, replacing."""

SIZE = 380_000
SMALL = 300


def by_join(n):
    parts = []
    for i in range(n):
        parts.append(str(i * 7919 % 1000))
        parts.append(",")
    return "".join(parts)


def by_appending(n):
    text = ""
    for i in range(n):
        text += "x" if i % 3 else "yz"
    return text


def by_format(n):
    lines = []
    for i in range(n):
        lines.append(f"{i:06d}|{i % 17:x}|{i / 8:.3f}|{'odd' if i & 1 else 'even':>5}")
    return "\n".join(lines)


def checksum(text):
    total = len(text)
    for piece in text[:: max(1, len(text) // 997)]:
        total = (total * 131 + ord(piece)) % 1_000_000_007
    return total


def run(n):
    joined = by_join(n)
    appended = by_appending(n)
    formatted = by_format(n)
    replaced = joined.replace("7,", "<seven>").upper()
    return " ".join(str(checksum(t)) for t in (joined, appended, formatted, replaced))


if __name__ == "__main__":
    import sys

    n = int(sys.argv[1]) if len(sys.argv) > 1 else SIZE
    print("strbuild", n, run(n))
