import queue
import threading
import time

q = queue.SimpleQueue()
print(type(q).__module__, q.empty(), q.qsize())
for i in range(200):
    q.put(i)
print(q.qsize(), [q.get() for _ in range(150)] == list(range(150)), q.qsize())
while not q.empty():
    last = q.get_nowait()
print(last)
for attempt in (q.get_nowait, lambda: q.get(timeout=0.01), lambda: q.get(False)):
    try:
        attempt()
    except queue.Empty as e:
        print("Empty", e.args)
try:
    q.get(timeout=-1)
except ValueError as e:
    print(e)

done = []


def worker():
    while (item := q.get()) is not None:
        done.append(item)


workers = [threading.Thread(target=worker) for _ in range(3)]
for w in workers:
    w.start()
for i in range(1000):
    q.put(i)
    if i % 100 == 0:
        time.sleep(0.001)
for _ in workers:
    q.put(None)
for w in workers:
    w.join()
print(sorted(done) == list(range(1000)), q.qsize())
print(queue.SimpleQueue[int])
