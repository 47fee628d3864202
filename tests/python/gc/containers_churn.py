# Containers that grow, shrink and hold each other.
live = {}
for i in range(4000):
    live[i % 97] = [i, str(i), (i, [i])]
    if i % 5 == 0: live.pop((i * 3) % 97, None)
print(len(live), sum(v[0] for v in live.values()), all(v[1] == str(v[0]) and v[2] == (v[0], [v[0]]) for v in live.values()))
queue = []
for i in range(4000):
    queue.append({"n": i, "prev": queue[-1]["n"] if queue else None})
    if len(queue) > 30: queue = queue[15:]
print(len(queue), queue[0], all(q["prev"] in (None, q["n"] - 1) for q in queue))
s = set()
for i in range(3000):
    s.add((i % 50, "x" * (i % 7)))
    if i % 11 == 0: s.discard((i % 50, "x" * (i % 7)))
print(len(s), sorted(s)[:2])
big = [[] for _ in range(1000)]
for i in range(5000): big[i * 7 % 1000].append([i])
print(sum(len(b) for b in big), sum(x[0] for b in big for x in b))
m = [[None] * 50 for _ in range(50)]
for i in range(2500): m[i // 50][i % 50] = {"v": i}
print(sum(c["v"] for r in m for c in r))
t = ()
for i in range(300): t = t + (i,) if i % 50 else (t[-1:] if t else ())
print(len(t), t[:3])
parts = {}
for i in range(3000):
    k = f"key{i % 40}"
    parts[k] = parts.get(k, "") + chr(97 + i % 26)
print(len(parts), parts["key3"][:10], sum(map(len, parts.values())))
b = bytearray()
for i in range(5000): b += bytes([i % 256])
print(len(b), b[300], sum(b))
