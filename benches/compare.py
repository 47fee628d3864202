"""Compare interpreters on our benchmark programs, side by side, taking turns.

    python3 benches/compare.py [--bin DIR] [--pyjit PATH] [--only NAME,...] [--rounds N]
                               [--seconds S] [--json FILE] [--awfy DIR] [--library] [--no-cold] [--no-start]

For each program: the CPU time of a cold process (fastest of N), and the fastest call in a
process that repeats the work (`steady.py`). All figures are ratios to CPython 3.14, above 1
is faster than it. Interpreters are looked for in --bin, then in PATH; missing ones are left
out. Numbers of different runs of this script must not be compared: machines have moods.
"""

import argparse
import json
import math
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

BENCHES = Path(__file__).resolve().parent
BASE = "cpython"
# name, command, extra environment
PEERS = [
    ("cpython", ["python3.14"], {}),
    ("cpython-jit", ["python3.15"], {"PYTHON_JIT": "1"}),
    ("pypy", ["pypy3"], {"PYPY_GC_NURSERY": "4M"}),
]


class Failed(Exception):
    pass


class Interpreter:
    def __init__(self, name, command, extra):
        self.name = name
        self.command = command
        self.environment = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "PYPY", "PYJIT"))}
        self.environment |= extra

    def run(self, *args, limit=300):
        """Run to the end; returns stdout and CPU seconds."""
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
            child = subprocess.Popen(
                [*self.command, *map(str, args)],
                stdout=out, stderr=err, stdin=subprocess.DEVNULL, env=self.environment,
            )
            alarm = threading.Timer(limit, child.kill)
            alarm.start()
            _, status, usage = os.wait4(child.pid, 0)
            alarm.cancel()
            child.returncode = os.waitstatus_to_exitcode(status)
            out.seek(0)
            err.seek(0)
            if child.returncode != 0:
                tail = err.read().decode(errors="replace").strip().splitlines()[-1:]
                raise Failed(f"exit {child.returncode} {' '.join(tail)}")
            return out.read().decode(), usage.ru_utime + usage.ru_stime


def find_interpreters(options):
    def find(command):
        return (options.bin and shutil.which(command, path=options.bin)) or shutil.which(command)

    found = []
    for name, command, extra in PEERS:
        path = find(command[0])
        if path:
            found.append(Interpreter(name, [path, *command[1:]], extra))
    pyjit = options.pyjit or BENCHES.parent / "target/release/pyjit"
    if Path(pyjit).exists():
        found.append(Interpreter("pyjit", [str(pyjit)], {}))
        found.append(Interpreter("pyjit-int", [str(pyjit), "--jit=off"], {}))
    if options.interpreters:
        found = [i for i in found if i.name in options.interpreters.split(",")]
    return found


class Workload:
    """A program, how to run it once, and how to run it again and again."""

    def __init__(self, name, cold, cold_result, steady, steady_result):
        self.name = name
        self.cold, self.cold_result = cold, cold_result
        self.steady, self.steady_result = steady, steady_result


# Inner iterations that take CPython a good part of a second.
AWFY = {
    "Richards": 10, "DeltaBlue": 2000, "Json": 30, "Havlak": 15, "CD": 100, "Bounce": 500, "List": 300,
    "Mandelbrot": 500, "NBody": 250000, "Permute": 200, "Queens": 200, "Sieve": 400, "Storage": 100, "Towers": 100,
}


def workloads(options):
    wanted = options.only.split(",") if options.only else None
    found = []
    if options.awfy:
        folder = Path(options.awfy)
        for name, inner in AWFY.items():
            program = f"{folder / name.lower()}.py:{name}"
            found.append(Workload(name, [folder / "harness.py", name, 1, inner], None, [program, inner], "True"))
    else:
        for path in sorted((BENCHES / ("library" if options.library else "programs")).glob("*.py")):
            line = (BENCHES / "expected" / f"{path.stem}.txt").read_text().splitlines()[1]
            _, size, result = line.split(" ", 2)
            found.append(Workload(path.stem, [path], line, [path, size], result))
    return [w for w in found if wanted is None or w.name in wanted]


def check(got, want):
    if got != want:
        raise Failed(f"wrong result: {got[:60]!r}")


def measure(interpreter, workload, options, record):
    """One turn of one interpreter at one program; keeps the best in the record."""

    def keep(key, value):
        record[key] = min(value, record.get(key, math.inf))

    if not options.no_cold:
        out, cpu = interpreter.run(*workload.cold)
        if workload.cold_result is not None:
            check(out.rstrip("\n"), workload.cold_result)
        keep("cold", cpu)
    out, _ = interpreter.run(BENCHES / "steady.py", *workload.steady, options.seconds, options.calls)
    got, times, memory = out.rstrip("\n").rsplit("\n", 2)
    check(got, workload.steady_result)
    keep("memory", float(memory) / 1024)
    times = [float(t) for t in times.split()]
    keep("first", times[0])
    keep("steady", min(times))


# The kernel's own mark; what a parent sees through wait4 includes the parent's size at the fork.
PEAK = "print(next(line.split()[1] for line in open('/proc/self/status') if line.startswith('VmHWM')))"
STARTS = {
    "pass": "pass",
    "abc collections functools": "import abc, collections, functools",
    "dataclasses enum typing": "import dataclasses, enum, typing",
    "json re": "import json, re",
}


def measure_start(interpreter, records, rounds):
    for name, text in STARTS.items():
        record = records.setdefault(name, {}).setdefault(interpreter.name, {})
        if "failed" in record:
            continue
        try:
            for _ in range(rounds):
                _, cpu = interpreter.run("-c", text)
                record["cpu"] = min(cpu, record.get("cpu", math.inf))
            out, _ = interpreter.run("-c", text + "\n" + PEAK)
            record["memory"] = min(float(out) / 1024, record.get("memory", math.inf))
        except Failed as error:
            record["failed"] = str(error)


def geomean(values):
    values = [v for v in values if v]
    return math.exp(sum(map(math.log, values)) / len(values)) if values else None


def table(title, records, names, key, unit, bigger_is_better=True):
    """Rows of programs: the base's figure, then the ratio of every other interpreter."""
    print(f"\n{title}")
    others = [n for n in names if n != BASE]
    print(f"{'':28}{BASE:>11} " + "".join(f"{n:>13}" for n in others))
    ratios = {n: [] for n in others}
    for program, record in records.items():
        base = record.get(BASE, {}).get(key)
        cells = []
        for name in others:
            value = record.get(name, {}).get(key)
            if not value or not base:
                cells.append(f"{'failed' if 'failed' in record.get(name, {}) else '-':>13}")
                continue
            ratio = base / value if bigger_is_better else value / base
            ratios[name].append(ratio)
            cells.append(f"{ratio:13.2f}")
        print(f"{program:28}{f'{base:.4g} {unit}' if base else '-':>11} " + "".join(cells))
    means = {n: geomean(r) for n, r in ratios.items()}
    print(f"{'geometric mean':28}{'':11} " + "".join(f"{means[n]:13.2f}" if means[n] else f"{'-':>13}" for n in others))
    return {n: {"geomean": means[n], "programs": len(ratios[n])} for n in others}


def against(records, names, ours, other, key="steady"):
    """Our ratio to another interpreter, over the programs that both ran."""
    if ours not in names or other not in names:
        return None
    ratios = {}
    for program, record in records.items():
        a, b = record.get(ours, {}).get(key), record.get(other, {}).get(key)
        if a and b:
            ratios[program] = b / a
    if not ratios:
        return None
    worst = sorted(ratios.items(), key=lambda item: item[1])[:8]
    mean = geomean(ratios.values())
    print(f"{ours} against {other}, {key}: {mean:.2f}; worst: " + ", ".join(f"{p} {r:.2f}" for p, r in worst))
    return mean


def parse_options():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--bin", help="folder with python3.14, python3.15, pypy3")
    parser.add_argument("--pyjit", help="the binary to measure, by default target/release/pyjit")
    parser.add_argument("--interpreters", help="only these, by name, comma-separated")
    parser.add_argument("--awfy", metavar="DIR", help="measure are-we-fast-yet instead: its folder benchmarks/Python")
    parser.add_argument("--library", action="store_true", help="measure the programs about the standard library")
    parser.add_argument("--only", help="only these programs, comma-separated")
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--seconds", type=float, default=2.0, help="of calls per steady measurement")
    parser.add_argument("--calls", type=int, default=12, help="at most so many calls")
    parser.add_argument("--json", help="write all figures to this file")
    parser.add_argument("--no-cold", action="store_true")
    parser.add_argument("--no-start", action="store_true")
    return parser.parse_args()


def main():
    options = parse_options()
    interpreters = find_interpreters(options)
    names = [i.name for i in interpreters]
    if BASE not in names:
        sys.exit("python3.14 is not to be found: name its folder with --bin")
    records, starts = {}, {}
    for turn in range(options.rounds):
        for workload in workloads(options):
            for interpreter in interpreters:
                record = records.setdefault(workload.name, {}).setdefault(interpreter.name, {})
                if "failed" in record:
                    continue
                try:
                    measure(interpreter, workload, options, record)
                except Failed as error:
                    record["failed"] = str(error)
                    print(f"{workload.name} on {interpreter.name}: {error}", file=sys.stderr)
            print(f"\rround {turn + 1}: {workload.name:20}", end="", file=sys.stderr, flush=True)
        if not options.no_start:
            for interpreter in interpreters:
                measure_start(interpreter, starts, 8)
    print(file=sys.stderr)
    summary = {"steady": table("Steady: fastest call", records, names, "steady", "s")}
    summary["first"] = table("First call in a process", records, names, "first", "s")
    if not options.no_cold:
        summary["cold"] = table("Cold: whole process", records, names, "cold", "s")
        summary["memory"] = table("Peak memory (below 1 is less)", records, names, "memory", "M", False)
    if not options.no_start:
        summary["start"] = table("Start-up", starts, names, "cpu", "s")
        summary["start memory"] = table("Start-up, peak memory (below 1 is less)", starts, names, "memory", "M", False)
    print()
    for ours in ("pyjit", "pyjit-int"):
        for other in ("cpython", "pypy", "pyjit-int"):
            if ours != other:
                summary[f"{ours} / {other}"] = against(records, names, ours, other)
    if options.json:
        Path(options.json).write_text(json.dumps({"summary": summary, "programs": records, "start": starts}, indent=1))


if __name__ == "__main__":
    main()
