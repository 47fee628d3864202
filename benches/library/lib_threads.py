"""Threads: handing items through queues, locks and conditions."""

import queue
import threading

SIZE = 40000
SMALL = 20


def run(n):
    jobs, results = queue.Queue(50), queue.SimpleQueue()
    lock = threading.Lock()
    counted = [0]

    def work():
        while (item := jobs.get()) is not None:
            with lock:
                counted[0] += 1
            results.put(item * item)

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for i in range(n):
        jobs.put(i)
    for _ in workers:
        jobs.put(None)
    for worker in workers:
        worker.join()
    total = sum(results.get() for _ in range(n))
    return f"{counted[0]} {total}"


if __name__ == "__main__":
    import sys

    n = int(sys.argv[1]) if len(sys.argv) > 1 else SIZE
    print("lib_threads", n, run(n))
