"""The csv module: writing and reading rows with quotes, as lists and as dictionaries."""

import csv
import io

SIZE = 60000
SMALL = 20


def run(n):
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["id", "name", "text", "amount"])
    for i in range(n):
        writer.writerow([i, f"name {i % 100}", 'said "so", then left' if i % 3 else "plain", i * 0.5])
    text = out.getvalue()
    rows = list(csv.reader(io.StringIO(text)))
    total = 0.0
    quoted = 0
    for row in csv.DictReader(io.StringIO(text)):
        total += float(row["amount"])
        quoted += '"' in row["text"]
    return f"{len(text)} {len(rows)} {total} {quoted}"


if __name__ == "__main__":
    import sys

    n = int(sys.argv[1]) if len(sys.argv) > 1 else SIZE
    print("lib_csv", n, run(n))
