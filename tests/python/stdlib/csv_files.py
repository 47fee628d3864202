# Reading and writing comma-separated values.
import csv
import io


def read(text, **format):
    try:
        return list(csv.reader(io.StringIO(text, newline=""), **format))
    except Exception as e:
        return type(e).__name__, str(e)


def write(rows, **format):
    out = io.StringIO()
    try:
        csv.writer(out, **format).writerows(rows)
    except Exception as e:
        return type(e).__name__, str(e)
    return out.getvalue()


print(read('a,b,c\r\n1,"two, 2",3\n"x ""y""",,\r'))
print(read('a;b\nc;"d\ne"\n', delimiter=";"))
print(read("a\\,b,c\n", escapechar="\\"))
print(read("'a''b', 'c'", quotechar="'", skipinitialspace=True))
print(read("1,'2',\"3\",\n", quoting=csv.QUOTE_NONNUMERIC, quotechar="'"))
print(read('1,"2",\n', quoting=csv.QUOTE_NONNUMERIC))
print(read('1,"2",,""\n', quoting=csv.QUOTE_STRINGS))
print(read('1,"2",,""\n', quoting=csv.QUOTE_NOTNULL))
print(read('a "b" c,"d"e\n'))
print(read('"d"e\n', strict=True), read('"open', strict=True), read('"open'))
print(read("a\rb\n"), read("\n\na\n"), read(""))
print(read("é€,日本,\U0001f600x\n", delimiter=","))
print(read("a€b€c\n", delimiter="€"))

rows = [["a", 1, 2.5, None], ["x,y", 'q"q', "line\nbreak", ""], [True, b"b"]]
for quoting in range(6):
    print(quoting, repr(write(rows, quoting=quoting, escapechar="\\")))
print(repr(write(rows, lineterminator="|", delimiter="\t")))
print(repr(write([['a"b']], doublequote=False, escapechar="!")))
print(write([['a"b']], doublequote=False))
print(write([[""]]), write([[]]), write([[None]], quoting=csv.QUOTE_NONE))
print(write([3]))

for bad in (
    dict(delimiter=""), dict(delimiter="ab"), dict(delimiter=3), dict(delimiter="\n"),
    dict(quotechar=None), dict(quotechar=","), dict(quoting=9), dict(quoting="x"),
    dict(lineterminator=None), dict(escapechar="ab"), dict(unknown=1),
):
    result = read("a", **bad)
    print(bad, result if "unknown" not in bad else result[0])


class Pipes(csv.Dialect):
    delimiter = "|"
    quotechar = '"'
    lineterminator = "\n"
    quoting = csv.QUOTE_ALL


csv.register_dialect("pipes", Pipes)
csv.register_dialect("semi", delimiter=";")
print(sorted(csv.list_dialects()))
print(read('a|"b|c"', dialect="pipes"), read("a;b", dialect="semi"))
d = csv.get_dialect("semi")
print(d.delimiter, d.doublequote, d.escapechar, repr(d.lineterminator), d.quotechar, d.quoting)
csv.unregister_dialect("semi")
print(read("a", dialect="semi"))
print(csv.field_size_limit(5), read("abc,abcdefgh"), csv.field_size_limit(131072))

table = list(csv.DictReader(io.StringIO("name,age\nann,3\nbob,4,x\n")))
print(table)
out = io.StringIO()
w = csv.DictWriter(out, ["name", "age"])
w.writeheader()
w.writerow({"age": 1, "name": "z"})
print(repr(out.getvalue()))
r = csv.reader(["a,b", '"c', 'd"'])
print(next(r), r.line_num, next(r), r.line_num)
print(csv.Sniffer().sniff("a;b;c\n1;2;3\n").delimiter)
