"""Searching a log: literals, alternatives, dates, addresses, lookbehind, references."""

import re

SIZE = 4_000
SMALL = 40

PATTERNS = [
    "xyzzy",
    "error|warning|fatal|panic",
    r"(?i)ERROR|Refused\b",
    r"(\d{4})-(\d\d)-(\d\d)",
    r"(\d+)\.(\d+)\.(\d+)\.(\d+)",
    r"[\w.]+@[\w.]+\.\w+",
    r"[a-z]+ing\b",
    r"(\w+)\s*=\s*(\w+)",
    r"(?m)^host (\S+) port=(\d+).*$",
    r"<a.*?>(.*?)</a>",
    r"(?<=port=)\d+",
    r"\b(\w+) \1\b",
    r'"(?:[^"\\]|\\.)*"',
]


def make_log(n):
    state = 7
    out = []
    for i in range(n):
        state = (state * 1103515245 + 12345) & 0x7FFFFFFF
        pick = state >> 8 & 7
        out.append(
            (
                f"host alpha{i} port={state % 65536} started 2024-0{i % 9 + 1}-1{i % 10}",
                f"warning: disk disk almost full, free = {i}",
                f"mail from user.{i}@example.com to root@localhost.org",
                f"connection from 10.0.{i % 256}.{state % 256} refused",
                f'GET <a href="/x/{i}">page {i}</a> loading',
                f'message "quoted \\" text {i}" nothing else xyzzy',
                "error: running out of memory while parsing the string",
                f"key{i} = value{state % 100} naïve été",
            )[pick]
        )
    return "\n".join(out)


def run(n):
    log = make_log(n)
    counts = []
    for p in PATTERNS:
        found = re.findall(p, log)
        counts.append(len(found))
        pattern = re.compile(p)
        counts.append(sum(m.end() for m in pattern.finditer(log)) % 1009)
    lines = log.split("\n")
    head = re.compile(r"\s*(\w+)[ :]").match
    counts.append(sum(1 for line in lines if head(line)))
    return f"{len(log)} {counts}"


if __name__ == "__main__":
    import sys

    n = int(sys.argv[1]) if len(sys.argv) > 1 else SIZE
    print("regex_search", n, run(n))
