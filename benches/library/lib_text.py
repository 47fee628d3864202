"""Text tools: textwrap, string.Template, difflib, collections.Counter, re.sub, codecs."""

import collections
import difflib
import re
import string
import textwrap

SIZE = 4000
SMALL = 5


def run(n):
    words = [f"word{i * 7919 % 101}" for i in range(n * 10)]
    text = " ".join(words)
    wrapped = textwrap.wrap(text, 72)
    template = string.Template("$name has $count")
    filled = sum(len(template.substitute(name=w, count=len(w))) for w in words[:n])
    ratio = difflib.SequenceMatcher(None, words[:n], words[1 : n + 1]).ratio()
    common = collections.Counter(words).most_common(2)
    changed = re.sub(r"(\w+?)(\d+)", lambda m: m[2] + m[1], text)
    raw = changed.encode("utf-16")
    return f"{len(wrapped)} {filled} {ratio:.4f} {common} {len(raw)} {raw.decode('utf-16') == changed}"


if __name__ == "__main__":
    import sys

    n = int(sys.argv[1]) if len(sys.argv) > 1 else SIZE
    print("lib_text", n, run(n))
