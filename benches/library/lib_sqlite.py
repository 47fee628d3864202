"""The sqlite3 module: inserts, queries with parameters, aggregates, a function in Python."""

import sqlite3

SIZE = 90000
SMALL = 40


def run(n):
    base = sqlite3.connect(":memory:")
    base.execute("create table item (id integer primary key, name text, price real)")
    base.executemany("insert into item values (?, ?, ?)", ((i, f"name {i % 50}", i * 0.5) for i in range(n)))
    base.create_function("half", 1, lambda x: x // 2)
    rows = base.execute("select name, count(*), sum(price) from item group by name order by name").fetchall()
    total = 0
    for number, name, price in base.execute("select id, name, price from item where price > ?", (n / 8,)):
        total += number + len(name) + int(price)
    halves = base.execute("select sum(half(id)) from item").fetchone()[0]
    found = 0
    for i in range(0, n, 7):
        found += base.execute("select id from item where id = ?", (i,)).fetchone()[0]
    base.close()
    return f"{rows[0]} {len(rows)} {total} {halves} {found}"


if __name__ == "__main__":
    import sys

    n = int(sys.argv[1]) if len(sys.argv) > 1 else SIZE
    print("lib_sqlite", n, run(n))
