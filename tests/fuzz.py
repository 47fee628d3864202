"""Random programs: CPython and pyjit must print the same.

    python3 tests/fuzz.py --oracle python3.14 --pyjit target/release/pyjit [--count 100] [--seed 1]
                          [--modes off,jit,stress,gc] [--keep DIR]
    python3 tests/fuzz.py --show --seed 7        # print one program

Programs are made of hot loops over integers, floats, text, lists, dictionaries, small classes,
closures, generators and exceptions. Every loop has a bound, every operation that may fail is
caught and printed, so a program always ends in the same way. A program that differs is written to
DIR as fuzz-SEED.py with the difference behind it.
"""

import argparse
import os
import random
import re
import subprocess
import sys
import tempfile
from pathlib import Path

MODES = {
    "off": ["--jit=off"],
    "jit": [],
    "stress": ["--jit-stress", "hot=1,exit-every=3"],
    "gc": ["--gc-stress", "97"],
}

PRELUDE = '''\
class Point:
    scale = 2
    def __init__(self, x, y):
        self.x = x
        self.y = y
    def __add__(self, other):
        if isinstance(other, Point):
            return Point(self.x + other.x, self.y + other.y)
        return Point(self.x + other, self.y)
    def __eq__(self, other):
        return isinstance(other, Point) and self.x == other.x
    def __lt__(self, other):
        return self.x < other.x
    def norm(self, k=1):
        return self.x * self.scale + k
    @property
    def total(self):
        return self.x + self.y
    def __repr__(self):
        return f"P({show(self.x)}, {show(self.y)})"
class Deep(Point):
    scale = 3
    def norm(self, k=2):
        return super().norm(k) - 1
class Stop(Exception):
    pass
def gen(n, step):
    for i in range(n):
        got = yield i * step
        if got is not None:
            step = got
def adder(k):
    def add(x):
        nonlocal k
        k = k + 1 if k is not None else 0
        return x + k
    return add
def show(v):
    if isinstance(v, int) and not isinstance(v, bool) and abs(v) > 10 ** 40:
        return f"int of {v.bit_length()} bits ending in {abs(v) % 10 ** 9}"
    if isinstance(v, str) and len(v) > 80:
        return f"{type(v).__name__} of {len(v)}: {v[:20]!r}"
    if isinstance(v, list):
        return "[" + ", ".join(show(x) for x in v[:8]) + f"] of {len(v)}"
    if isinstance(v, dict):
        return "{" + ", ".join(f"{show(k)}: {show(x)}" for k, x in list(v.items())[:6]) + f"}} of {len(v)}"
    return repr(v)
def small(v):
    """Keeps numbers and texts from growing without bound."""
    if isinstance(v, int) and (v > 1 << 200 or v < -1 << 200):
        return v % 1000003
    if isinstance(v, (str, list, tuple)) and len(v) > 200:
        return v[:50]
    return v
'''


KINDS = ["int", "int", "int", "float", "str", "list", "point", "dict"]

# How to make a value of a kind: @I is an int, @F a float, and so on (LETTERS); @n and @m small literals.
FORMS = {
    "int": [
        "(@I + @I)", "(@I - @I)", "(@I * @I)", "(@I + @n)", "(@I - @n)", "(@I // @m)", "(@I % @m)",
        "(@I & @I)", "(@I | @I)", "(@I ^ @I)", "(@I & 0xFFFFFFFF)", "(@I << @n)", "(@I >> @n)", "(-@I)",
        "(~@I)", "abs(@I)", "len(@S)", "len(@L)", "(@L or [@I])[-1]", "@P.x", "@P.norm()",
        "@P.norm(@I)", "@P.total", "@P.scale", "(@I if @B else @I)", "(@B + @I)", "max(@I, @I)", "min(@I, @I, @n)",
        "sum(@L)", "sum(gen(@n, @I))", "sum(v for v in @L if v != @I)", "int(@F % 1000)", "(@I // (@I or 3))", "(@I % (@I or 5))",
        "@D.get(@I % 5, @I)", "adder(@I)(@I)", "ord((@S + 'b')[0])", "(@I or @I)", "(@I and @I)", "@S.find('a')", "@L.count(@I)",
        "(@I ** @n % 10007)", "hash(@I)", "(lambda q: q + @I)(@I)",
    ],
    "float": [
        "(@F + @F)", "(@F - @I % 99)", "(@F * @F)", "(@F / @m)", "(@I % 77 / @m)", "(-@F)", "abs(@F)", "(@F // @m)",
        "(@F % @m)", "float(@I % 1000)", "(@F if @B else @F)", "max(@F, @I % 9)", "round(@F % 100, 2)", "(@F * 0.5)",
    ],
    "bool": [
        "(@I < @I)", "(@I <= @I)", "(@I == @I)", "(@I != @n)", "(@F < @F)", "(@F >= @I)", "(@S < @S)", "(@S == @S)",
        "(@I in @L)", "(@S in @S)", "(@L == @L)", "(@P == @P)", "(@P < @P)", "(not @B)", "(@B and @B)", "(@B or @B)",
        "isinstance(@P, Deep)", "(@I % @m == @n)", "(@n < @I < @I)", "(@L is @L)", "bool(@S)", "(@I % 2)", "(@I in @D)",
    ],
    "str": [
        "(@S + @S)", "(@S * @n)", "@S[@n:]", "@S[:@n]", "@S[::-1]", "str(@I)", "str(@F)", "f'{@I}|{@S:>@n}'", "@S.upper()",
        "@S.replace('a', @S)", "(@S if @B else @S)", "'-'.join(str(v) for v in @L)", "repr(@P)", "chr(97 + @I % 26)", "@S[:1]", "'%d,%s' % (@I, @S)",
    ],
    "list": [
        "[@I, @I, @I]", "(@L + @L)", "@L[@n:]", "@L[::-1]", "[v + @I for v in @L]", "[v for v in @L if v > @I]", "list(gen(@n, @I))",
        "sorted(@L)", "(@L * 2)", "list(range(@n))", "list(@D)", "[p for p, q in zip(@L, @L)]", "list(map(abs, @L))",
    ],
    "point": ["Point(@I, @I)", "Deep(@I, @I)", "(@P + @P)", "(@P + @I)", "(@P if @B else @P)", "max(@P, @P)", "Point(@F, @I)"],
    "dict": ["{@I % 5: @I}", "{v: v * 2 for v in @L}", "{**@D, @n: @I}", "dict(enumerate(@L))"],
}
LETTERS = {"I": "int", "F": "float", "B": "bool", "S": "str", "L": "list", "P": "point", "D": "dict"}
LITERALS = {
    "int": ["0", "1", "2", "3", "-1", "7", "255", "-13", "(1 << 61)", "((1 << 62) - 1)", "(-(1 << 62))", "(1 << 63)", "10 ** 20", "True"],
    "float": ["0.5", "1.5", "-2.25", "0.0", "-0.0", "3.0", "1e10", "1e-3"],
    "bool": ["True", "False"],
    "str": ["''", "'a'", "'xyz'", "'é'", "'tracing'", "'aba'"],
    "list": ["[]", "[1]", "[3, 1, 2]", "[1.5, 2]", "[5, 1 << 62]"],
    "point": ["Point(1, 2)", "Deep(3, 4)", "Point(0, 2.5)"],
    "dict": ["{}", "{1: 2}", "{0: 5, 3: 1}"],
}


class Maker:
    """Makes one program. `names` are the variables that exist at this point, with their kinds."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.lines = []
        self.depth = 0
        self.fresh = 0
        self.functions = []

    def emit(self, text):
        self.lines.append("    " * self.depth + text)

    def pick(self, *options):
        return self.random.choice(options)

    def new(self, prefix):
        self.fresh += 1
        return f"{prefix}{self.fresh}"

    def atom(self, kind, names):
        known = [name for name, k in names if k == kind]
        return self.pick(*known) if known and self.random.random() < 0.85 else self.pick(*LITERALS[kind])

    def expression(self, kind, names, depth=0):
        r = self.random
        if r.random() < 0.01:
            kind = r.choice(KINDS)
        if depth > 2 or r.random() < 0.25:
            return self.atom(kind, names)
        if kind == "int" and self.functions and r.random() < 0.08:
            name = self.pick(*self.functions)
            return f"{name}({self.expression('int', names, depth + 1)}, {self.expression(r.choice(KINDS), names, depth + 1)})"
        def fill(match):
            letter = match[1]
            if letter in LETTERS:
                return self.expression(LETTERS[letter], names, depth + 1)
            return str(r.randint(0, 8) if letter == "n" else r.choice([1, 2, 3, 5, 7, 16, -3]))

        return re.sub("@([IFBSLPDnm])", fill, r.choice(FORMS[kind]))

    def assign(self, names):
        r = self.random
        if names and r.random() < 0.7:
            target, kind = self.pick(*names)
            if kind == "int" and r.random() < 0.4:
                self.emit(f"{target} {self.pick('+=', '-=', '*=', '^=', '|=', '&=', '//=')} {self.expression('int', names, 1)}")
                self.emit(f"{target} = small({target})")
                return
        else:
            kind = r.choice(KINDS)
            target = self.new(kind[0])
        self.emit(f"{target} = small({self.expression(kind, names)})")
        if (target, kind) not in names:
            names.append((target, kind))

    def statement(self, names, level):
        r = self.random
        choice = r.random()
        if level > 2 or choice < 0.45:
            return self.assign(names)
        if choice < 0.65:
            return self.branch(names, level)
        if choice < 0.75:
            return self.loop(names, level)
        if choice < 0.85:
            return self.attempt(names, level)
        if choice < 0.89:
            error = self.pick("Stop", "ValueError", "KeyError")
            self.emit(f"if {self.expression('bool', names)} and {self.expression('bool', names)}: raise {error}({self.atom('int', names)})")
        elif choice < 0.94:
            points = [name for name, kind in names if kind == "point"]
            if points:
                self.emit(f"{self.pick(*points)}.{self.pick('x', 'y', 'z')} = small({self.expression('int', names)})")
        else:
            lists = [name for name, kind in names if kind == "list"]
            if lists:
                target = self.pick(*lists)
                action = self.pick(f"append({self.expression('int', names)})", "pop()", f"insert(0, {self.atom('int', names)})", "sort()", "reverse()")
                self.emit(f"{target}.{action}")
                self.emit(f"if len({target}) > 60: {target} = {target}[:20]")

    def block(self, names, level, count=None):
        """An indented block; variables born in it are not seen behind it."""
        self.depth += 1
        inner = list(names)
        before = len(self.lines)
        for _ in range(count or self.random.randint(1, 3)):
            self.statement(inner, level)
        if len(self.lines) == before:
            self.emit("pass")
        self.depth -= 1

    def branch(self, names, level):
        self.emit(f"if {self.expression('bool', names)}:")
        self.block(names, level + 1)
        if self.random.random() < 0.5:
            self.emit("else:")
            self.block(names, level + 1)

    def loop(self, names, level):
        r = self.random
        variable = self.new("i")
        bound = r.randint(1, 12) if level > 1 else r.randint(30, 150)
        source = r.choice([f"range({bound})", f"range({bound}, 0, -1)", f"gen({bound}, 2)", f"{self.expression('list', names)}[:{bound}]"])
        self.emit(f"for {variable} in {source}:")
        self.depth += 1
        self.emit(f"if {variable} == {r.randint(0, 200)}: {self.pick('break', 'continue')}")
        self.depth -= 1
        self.block(names + [(variable, "int")], level + 1, r.randint(1, 4))

    def attempt(self, names, level):
        self.emit("try:")
        self.block(names, level + 1)
        if self.random.random() < 0.3:
            self.emit("except (TypeError, ZeroDivisionError) as error:")
            self.emit("    note(type(error).__name__)")
        self.emit("except Exception as error:")
        self.emit("    note(type(error).__name__)")
        if self.random.random() < 0.3:
            self.emit("finally:")
            self.block(names, level + 2, 1)

    def function(self):
        name = self.new("f")
        self.emit(f"def {name}(a, b):")
        self.depth += 1
        self.emit("global calls")
        self.emit("calls += 1")
        self.emit("if calls > 5000: raise Stop('calls')")
        names = [("a", "int"), ("b", self.random.choice(KINDS))]
        for _ in range(self.random.randint(1, 4)):
            self.statement(names, 1)
        self.emit(f"return small({self.expression('int', names)})")
        self.depth -= 1
        self.functions.append(name)

    def program(self):
        self.lines.append(PRELUDE + "calls = 0\nnotes = {}\ndef note(name): notes[name] = notes.get(name, 0) + 1")
        for _ in range(self.random.randint(1, 3)):
            self.function()
        self.emit("def main():")
        self.depth += 1
        names = [(name, self.random.choice(KINDS)) for name in ("t", "u", "w")]
        for name, kind in names:
            self.emit(f"{name} = {self.pick(*LITERALS[kind])}")
        self.emit(f"for k in range({self.random.randint(60, 200)}):")
        self.depth += 1
        inner = names + [("k", "int")]
        for _ in range(self.random.randint(2, 6)):
            self.emit("try:")
            self.depth += 1
            before = len(self.lines)
            self.statement(inner, 1)
            if len(self.lines) == before:
                self.emit("pass")
            self.depth -= 1
            self.emit("except Exception as error:")
            self.emit("    note(type(error).__name__)")
        self.emit("if k % 37 == 0: print(k, show(t), show(u), show(w))")
        self.depth -= 2
        self.emit("main()\nprint(calls, sorted(notes.items()))")
        return "\n".join(self.lines) + "\n"


def run(command, path, limit=60):
    environment = {"PATH": os.environ.get("PATH", ""), "PYTHONWARNINGS": "ignore", "PYTHONUTF8": "1", "NO_COLOR": "1"}
    try:
        done = subprocess.run([*command, path], capture_output=True, timeout=limit, env=environment)
    except subprocess.TimeoutExpired:
        return "no end"
    error = done.stderr.decode(errors="replace").strip().splitlines()[-1:]
    return f"{done.stdout.decode(errors='replace')}[exit {done.returncode}] {''.join(error)}"


def first_difference(want, got):
    for number, (a, b) in enumerate(zip(want.splitlines(), got.splitlines()), 1):
        if a != b:
            return f"line {number}:\n  - {a[:200]}\n  + {b[:200]}"
    return f"  - {want[-200:]!r}\n  + {got[-200:]!r}"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--oracle", default="python3.14")
    parser.add_argument("--pyjit", default="target/release/pyjit")
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--modes", default="off,jit,stress,gc")
    parser.add_argument("--keep", default="target/fuzz")
    parser.add_argument("--show", action="store_true")
    options = parser.parse_args()
    if options.show:
        print(Maker(options.seed).program(), end="")
        return
    bad = 0
    with tempfile.TemporaryDirectory() as scratch:
        for seed in range(options.seed, options.seed + options.count):
            path = Path(scratch) / "fuzz.py"
            path.write_text(Maker(seed).program())
            want = run([options.oracle], path)
            if want == "no end":
                continue
            for mode in options.modes.split(","):
                got = run([options.pyjit, *MODES[mode]], path)
                if got != want:
                    bad += 1
                    report = f"seed {seed}, {mode}: {first_difference(want, got)}"
                    print(report, flush=True)
                    keep = Path(options.keep)
                    keep.mkdir(parents=True, exist_ok=True)
                    note = "".join(f"# {line}\n" for line in report.splitlines())
                    (keep / f"fuzz-{seed}.py").write_text(path.read_text() + note)
                    break
    print(f"{options.count} programs, {bad} differ")
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
