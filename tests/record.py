"""Record what CPython prints for our test programs.

    python3.14 tests/record.py [--check] [PART-OF-A-PATH ...]

For every tests/python/**/NAME.py it writes NAME.out (stdout) and, when there is
anything to say, NAME.err (stderr, and `[exit N]` when the exit code is not 0).
For every benches/programs/NAME.py and benches/library/NAME.py it writes
benches/expected/NAME.txt: the lines printed at the small and at the default size.
With --check nothing is written; differences are reported. Only CPython 3.14 may be
the oracle.

Files and folders whose name starts with `_` are modules that tests import.
"""

import os
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CLEAN = {
    "PATH": os.environ.get("PATH", ""),
    "HOME": os.environ.get("HOME", "/"),
    "NO_COLOR": "1",
    "PYTHONUTF8": "1",
    "PYTHONDONTWRITEBYTECODE": "1",
}


def tests():
    for path in sorted((ROOT / "tests/python").rglob("*.py")):
        inside = path.relative_to(ROOT / "tests/python").parts
        if not any(part.startswith("_") for part in inside):
            yield path


def run(path, *args, stdin=None):
    """Run one script in its folder; absolute paths are cut to file names."""
    with tempfile.TemporaryDirectory() as scratch:
        done = subprocess.run(
            [sys.executable, str(path), *args],
            cwd=path.parent, env=CLEAN | {"TMPDIR": scratch}, stdin=subprocess.DEVNULL,
            capture_output=True, timeout=120,
        )
    clean = lambda data: data.decode("utf-8", "surrogateescape").replace(f"{path.parent}/", "")
    return clean(done.stdout), clean(done.stderr), done.returncode


def record_test(path):
    out, err, code = run(path)
    if code:
        err += f"[exit {code}]\n"
    return [(path.with_suffix(".out"), out), (path.with_suffix(".err"), err or None)]


def record_bench(path):
    source = path.read_text()
    small = next(line.split("=")[1].strip() for line in source.splitlines() if line.startswith("SMALL = "))
    lines = []
    for args in ((small.replace("_", ""),), ()):
        out, err, code = run(path, *args)
        if code or err:
            sys.exit(f"{path.name}: {err}")
        lines.append(out)
    return [(ROOT / "benches/expected" / (path.stem + ".txt"), "".join(lines))]


def settle(target, text, check):
    """Write or compare one file; returns whether it changed."""
    old = target.read_bytes().decode("utf-8", "surrogateescape") if target.exists() else None
    if old == text:
        return False
    if check:
        print(f"differs: {target.relative_to(ROOT)}")
    elif text is None:
        target.unlink()
    else:
        target.write_bytes(text.encode("utf-8", "surrogateescape"))
    return True


def main():
    if sys.version_info[:2] != (3, 14) or sys.implementation.name != "cpython":
        sys.exit("record.py needs CPython 3.14, run it as: python3.14 tests/record.py")
    check = "--check" in sys.argv[1:]
    wanted = [arg for arg in sys.argv[1:] if not arg.startswith("-")]
    jobs = [(record_test, path) for path in tests()]
    jobs += [(record_bench, path) for path in sorted((ROOT / "benches").glob("[pl]*/*.py"))]
    if wanted:
        jobs = [job for job in jobs if any(part in str(job[1]) for part in wanted)]
    changed = 0
    with ThreadPoolExecutor(2) as pool:
        for results in pool.map(lambda job: job[0](job[1]), jobs):
            changed += sum(settle(target, text, check) for target, text in results)
    print(f"{len(jobs)} programs, {changed} files {'differ' if check else 'changed'}")
    sys.exit(1 if check and changed else 0)


if __name__ == "__main__":
    main()
