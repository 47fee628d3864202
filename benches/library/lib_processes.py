"""The subprocess module: starting small processes, feeding and reading them."""

import subprocess

SIZE = 150
SMALL = 2


def run(n):
    total = 0
    for i in range(n):
        done = subprocess.run(["cat"], input=b"line %d\n" % i, capture_output=True)
        total += len(done.stdout) + done.returncode
    text = subprocess.run(["echo", "hello"], capture_output=True, text=True).stdout.strip()
    return f"{total} {text}"


if __name__ == "__main__":
    import sys

    n = int(sys.argv[1]) if len(sys.argv) > 1 else SIZE
    print("lib_processes", n, run(n))
