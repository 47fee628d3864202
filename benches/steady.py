"""Call a benchmark program's run(n) again and again in one process.

    INTERPRETER benches/steady.py PROGRAM.py N SECONDS CALLS
    INTERPRETER benches/steady.py PROGRAM.py:CLASS N SECONDS CALLS

The second form is for the programs of are-we-fast-yet: it calls CLASS().inner_benchmark_loop(N).

Prints the result of the first call, the CPU seconds of each call, and the peak memory in KiB
after the first call (0 where the system does not tell). Stops after CALLS calls, or when
SECONDS are over and at least three calls were made.
"""

import sys
import time


def peak_memory():
    try:
        with open("/proc/self/status") as status:
            for line in status:
                if line.startswith("VmHWM:"):
                    return int(line.split()[1])
    except OSError:
        pass
    return 0


def main(path, n, seconds, calls):
    path, _, suite = path.partition(":")
    folder, _, name = path.rpartition("/")
    sys.path.insert(0, folder)
    module = __import__(name[: -len(".py")])
    run = getattr(module, suite)().inner_benchmark_loop if suite else module.run
    times = []
    start = time.perf_counter()
    first = None
    while len(times) < calls and (len(times) < 3 or time.perf_counter() - start < seconds):
        before = time.process_time()
        result = run(n)
        times.append(time.process_time() - before)
        if first is None:
            first = result
            peak = peak_memory()
        elif first != result:
            raise SystemExit(f"{name}: call {len(times)} gave another result: {result} after {first}")
    print(first)
    print(" ".join(f"{t:.6f}" for t in times))
    print(peak)


main(sys.argv[1], int(sys.argv[2]), float(sys.argv[3]), int(sys.argv[4]))
