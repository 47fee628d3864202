# Databases in memory: statements, transactions, types, functions, errors.
import sqlite3

c = sqlite3.connect(":memory:")
cur = c.cursor()
cur.execute("create table t(a integer primary key, b text, c real, d blob)")
cur.executemany("insert into t(b, c, d) values (?, ?, ?)", [("x", 1.5, b"ab"), ("é", None, None)])
print(cur.rowcount, c.in_transaction, cur.lastrowid)
c.commit()
print(c.in_transaction, cur.execute("select * from t").fetchall())
print([d[0] for d in cur.description])
c.row_factory = sqlite3.Row
row = c.execute("select * from t where b = :b", {"b": "x"}).fetchone()
print(row["B"], row[0], tuple(row), row.keys(), len(row))
c.row_factory = None
c.create_function("twice", 1, lambda x: x * 2)
print(c.execute("select twice(21), twice('ab')").fetchone())


class Sum:
    def __init__(self):
        self.total = 0

    def step(self, v):
        self.total += v or 0

    def finalize(self):
        return self.total


c.create_aggregate("total_of", 1, Sum)
print(c.execute("select total_of(a) from t").fetchone())
c.create_collation("backwards", lambda a, b: (a < b) - (a > b))
print(c.execute("select b from t order by b collate backwards").fetchall())
for sql, args in (
    ("select ?", (object,)),
    ("select * from nope", ()),
    ("insert into t(a) values (1)", ()),
    ("select ?", ()),
    ("select 1; select 2", ()),
    ("select twice(null)", ()),
):
    try:
        c.execute(sql, args).fetchall()
    except sqlite3.Error as e:
        print(type(e).__name__, e, getattr(e, "sqlite_errorname", None))
try:
    with c:
        c.execute("delete from t")
        raise KeyError("undo")
except KeyError:
    print(c.execute("select count(*) from t").fetchone())
print(list(c.iterdump()))
other = sqlite3.connect(":memory:")
c.backup(other)
print(other.execute("select b from t").fetchall())
sqlite3.register_converter("point", lambda b: tuple(map(int, b.split(b";"))))
sqlite3.register_adapter(complex, lambda z: f"{int(z.real)};{int(z.imag)}")
d = sqlite3.connect(":memory:", detect_types=sqlite3.PARSE_DECLTYPES)
d.execute("create table p(at point)")
d.execute("insert into p values (?)", (3 + 4j,))
print(d.execute("select at from p").fetchone())
d.execute("create table b(x blob)")
d.execute("insert into b values (zeroblob(5))")
with d.blobopen("b", "x", 1) as blob:
    blob.write(b"abc")
    blob[4] = 33
    print(len(blob), blob[0:5])
for x in (c, other, d):
    x.close()
try:
    c.execute("select 1")
except sqlite3.ProgrammingError as e:
    print(e)
