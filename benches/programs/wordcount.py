"""Counting words: split, strip, dictionaries keyed by strings, sorting."""

SIZE = 500_000
SMALL = 500

SYLLABLES = "ba be bi bo bu da de di do du ka ke ki ko ku la le li lo lu".split()


def make_text(words):
    state = 42
    out = []
    for i in range(words):
        state = (state * 1103515245 + 12345) & 0x7FFFFFFF
        word = SYLLABLES[state >> 8 & 15] + SYLLABLES[state >> 14 & 15]
        if state & 0x30000:
            word += SYLLABLES[state >> 20 & 3]
        if i % 11 == 0:
            word = word.capitalize()
        out.append(word + (".\n" if i % 13 == 12 else ", " if i % 7 == 6 else " "))
    return "".join(out)


def count_words(text):
    counts = {}
    for line in text.splitlines():
        for word in line.split():
            word = word.strip(".,").lower()
            counts[word] = counts.get(word, 0) + 1
    return counts


def run(n):
    counts = count_words(make_text(n))
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    top = " ".join(f"{word}:{times}" for word, times in ranked[:5])
    return f"{len(counts)} {sum(counts.values())} {top}"


if __name__ == "__main__":
    import sys

    n = int(sys.argv[1]) if len(sys.argv) > 1 else SIZE
    print("wordcount", n, run(n))
