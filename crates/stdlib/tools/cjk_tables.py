"""Writes the tables of the East Asian codecs, from what CPython's codecs do.

    python3.14 cjk_tables.py ../src/modules/cjk/tables.bin

The file is a deflated sequence of numbers (seven bits a byte, least first, the high bit: more
follow); `tables.rs` reads it. For each encoding: how many bytes a character takes by its first
byte; what bytes mean, as changes to an encoding before; what means two characters; and where
encoding is not the opposite of decoding.
"""
import sys
import zlib

# Each encoding and the one whose table it changes.
ENCODINGS = {
    "gb2312": None, "gbk": "gb2312", "gb18030": "gbk",
    "big5": None, "cp950": "big5", "big5hkscs": "big5",
    "euc_kr": None, "cp949": "euc_kr", "johab": None,
    "euc_jp": None, "euc_jis_2004": "euc_jp", "euc_jisx0213": "euc_jis_2004",
    "shift_jis": None, "cp932": "shift_jis", "shift_jis_2004": "shift_jis",
    "shift_jisx0213": "shift_jis_2004",
}
NOTHING = 0x1FFFFF


def decoded(name, data):
    """The text of the bytes, or the reason there is none."""
    try:
        return data.decode(name), None
    except UnicodeDecodeError as e:
        # What the older standard lacks is two bytes of no meaning there, which is not worth a table.
        if e.start == 0 and e.reason.startswith("illegal"):
            assert e.end == 1 or "x0213" in name, (name, data, e)
        return None, (e.reason.split()[0], e.start)


def widths_and_meanings(name):
    widths, meanings = [], {}
    for first in range(256):
        text, why = decoded(name, bytes([first]))
        width = 1
        if text is not None:
            meanings[first] = text
        elif why[0] == "incomplete":
            width = 2
            for second in range(256):
                if name == "gb18030" and 0x30 <= second <= 0x39 or name == "euc_kr" and (first, second) == (0xA4, 0xD4):
                    continue
                text, why = decoded(name, bytes([first, second]))
                if text is not None:
                    meanings[first << 8 | second] = text
                elif why[0] == "incomplete" and why[1] == 0:
                    width = 3
                    for third in range(256):
                        text, why = decoded(name, bytes([first, second, third]))
                        if text is not None:
                            meanings[first << 16 | second << 8 | third] = text
                        else:
                            assert why[0] == "illegal", (name, first, second, third)
        widths.append(width)
    return widths, meanings


def encodings(name):
    """What each character, and each pair that some bytes mean, is encoded as."""
    for code in range(0x110000):
        try:
            yield code, int.from_bytes(chr(code).encode(name))
        except UnicodeEncodeError:
            pass


def runs(entries):
    """(key, value) in rising order as (key, value, length) of runs in step."""
    out = []
    for key, value in entries:
        if out and key == out[-1][0] + out[-1][2] and (
                value == NOTHING == out[-1][1] or value != NOTHING != out[-1][1] and value == out[-1][1] + out[-1][2]):
            out[-1][2] += 1
        else:
            out.append([key, value, 1])
    return out


class Writer:
    def __init__(self):
        self.out = bytearray()

    def number(self, n):
        while n >= 0x80:
            self.out.append(n & 0x7F | 0x80)
            n >>= 7
        self.out.append(n)

    def runs(self, entries):
        found = runs(entries)
        self.number(len(found))
        key = value = 0
        for k, v, n in found:
            self.number(k - key)
            step = v - value
            self.number(step * 2 if step >= 0 else -step * 2 - 1)
            self.number(n)
            key, value = k + n, v + n if v != NOTHING else value


def changes(old, new):
    for key in sorted(old | new):
        if old.get(key) != new.get(key):
            yield key, new.get(key, NOTHING)


def four_bytes():
    """The characters below 0x10000 of GB 18030's four bytes, by number."""
    for number in range(0x84 - 0x81 + 1 << 15):
        rest, d = divmod(number, 10)
        rest, c = divmod(rest, 126)
        a, b = divmod(rest, 10)
        if a > 3:
            break
        text, _ = decoded("gb18030", bytes([a + 0x81, b + 0x30, c + 0x81, d + 0x30]))
        if text is not None:
            yield number, ord(text)


def main(target):
    w, tables = Writer(), {}
    for name, base in ENCODINGS.items():
        widths, meanings = widths_and_meanings(name)
        w.runs([(i, n * 0x1000 + i) for i, n in enumerate(widths)])
        tables[name] = singles = {k: ord(v) for k, v in meanings.items() if len(v) == 1}
        w.runs(changes(tables.get(base, {}), singles))
        pairs = sorted((k, v) for k, v in meanings.items() if len(v) == 2)
        w.number(len(pairs))
        for code, (a, b) in pairs:
            assert (a + b).encode(name) == code.to_bytes(3 if code > 0xFFFF else 2), name
            w.number(code), w.number(ord(a)), w.number(ord(b))
        inverse = {}
        for code in sorted(singles):
            inverse.setdefault(singles[code], code)
        wanted = {}
        for c, code in encodings(name):
            if not (name == "gb18030" and code > 0xFFFF or name == "euc_kr" and code > 0xFFFF):
                wanted[c] = code
        w.runs(changes(inverse, wanted))
    w.runs(list(four_bytes()))
    greek = [bytes([i]).decode("iso8859_7", "replace") for i in range(0xA0, 0x100)]
    w.runs([(i + 0xA0, ord(c)) for i, c in enumerate(greek) if c != "\ufffd"])
    packed = zlib.compressobj(9, wbits=-15)
    data = packed.compress(bytes(w.out)) + packed.flush()
    with open(target, "wb") as f:
        f.write(data)
    print(len(w.out), len(data))


if __name__ == "__main__":
    main(sys.argv[1])
