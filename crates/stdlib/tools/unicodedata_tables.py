"""Writes the tables of module `unicodedata`, from what CPython's module says.

    python3.14 unicodedata_tables.py NameAliases.txt NamedSequences.txt ../src/modules/unicodedata/tables.bin

The file is a deflated sequence of sections, each a length (u32, little endian) and that many
bytes; `data.rs` reads them. Aliases and named sequences come from the Unicode character
database's files, since CPython does not list them. Run it again for a new Unicode version.
"""
import struct
import sys
import unicodedata
import zlib

LAST = 0x110000


def properties(db, names):
    """Records (indexes of category, bidirectional class and width; combining class; mirrored) and a trie."""
    records, numbers = {}, []
    for code in range(LAST):
        c = chr(code)
        words = (db.category(c), db.bidirectional(c), db.east_asian_width(c))
        indexes = [words_of.setdefault(word, len(words_of)) for words_of, word in zip(names, words)]
        key = (*indexes, db.combining(c), db.mirrored(c))
        numbers.append(records.setdefault(key, len(records)))
    blocks, stage1 = {}, []
    for start in range(0, LAST, 128):
        stage1.append(blocks.setdefault(tuple(numbers[start:start + 128]), len(blocks)))
    block_bytes = b"".join(struct.pack("<128H", *block) for block in blocks)
    return [b"".join(map(bytes, records)), struct.pack(f"<{len(stage1)}H", *stage1), block_bytes]


def lines(rows):
    return "\n".join(rows).encode()


def compositions():
    for code in range(LAST):
        d = unicodedata.decomposition(chr(code)).split()
        if len(d) == 2 and not 0xAC00 <= code < 0xD7A4 and not d[0].startswith("<"):
            text = "".join(chr(int(x, 16)) for x in d)
            if unicodedata.normalize("NFC", text) == chr(code):
                yield ord(text[0]), ord(text[1]), code


def old_numbers(old):
    """Characters whose numeric values were others in Unicode 3.2."""
    for code in range(LAST):
        c = chr(code)
        if old.category(c) == "Cn":
            continue
        mine = [f(c, None) for f in (old.decimal, old.digit, old.numeric)]
        if mine != [f(c, None) for f in (unicodedata.decimal, unicodedata.digit, unicodedata.numeric)]:
            yield f"{code:X} " + " ".join("-" if x is None else repr(x) for x in mine)


def old_corrections(old):
    """Characters that decompose otherwise with the data of Unicode 3.2."""
    for code in range(LAST):
        c = chr(code)
        was = old.normalize("NFD", c)
        if was != unicodedata.normalize("NFD", c) and old.category(c) != "Cn":
            yield f"{code:X} " + " ".join(f"{ord(x):X}" for x in was)


def named(path, columns):
    with open(path, encoding="utf-8") as f:
        for line in f:
            parts = line.split("#")[0].strip().split(";")
            if len(parts) >= 2:
                codes, name = (parts[i].strip() for i in columns)
                text = "".join(chr(int(x, 16)) for x in codes.split())
                try:
                    known = unicodedata.lookup(name) == text
                except KeyError:
                    known = False
                if known:
                    yield f"{name};{codes}"


def main(aliases, sequences, target):
    old = unicodedata.ucd_3_2_0
    names = [{}, {}, {}]
    sections = properties(unicodedata, names) + properties(old, names)
    sections.insert(0, lines(" ".join(n) if "" not in n else " ".join(x or "-" for x in n) for n in names))
    decompositions = [f"{code:X};{d}" for code in range(LAST)
                      if (d := unicodedata.decomposition(chr(code))) and not 0xAC00 <= code < 0xD7A4]
    sections.append(lines(decompositions))
    sections.append(b"".join(struct.pack("<3I", *x) for x in sorted(compositions())))
    sections.append(lines(old_numbers(old)))
    sections.append(lines(old_corrections(old)))
    sections.append(lines(sorted(named(aliases, (0, 1)))))
    sections.append(lines(sorted(named(sequences, (1, 0)))))
    for i, s in enumerate(sections):
        print(i, len(s))
    data = b"".join(struct.pack("<I", len(s)) + s for s in sections)
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    with open(target, "wb") as f:
        f.write(packer.compress(data) + packer.flush())


main(*sys.argv[1:])
