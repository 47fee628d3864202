# Long lists, deep trees, rings; built, changed and dropped.
class Node:
    def __init__(self, v, nxt=None): self.v, self.next = v, nxt
head = None
for i in range(2000): head = Node(i, head)
def total(n):
    t = 0
    while n: t, n = t + n.v, n.next
    return t
print(total(head))
ring = [Node(i) for i in range(500)]
for i, n in enumerate(ring): n.next = ring[(i + 1) % 500]
n = ring[0]
for _ in range(1234): n = n.next
print(n.v)
del ring
for _ in range(300): n.next = n.next.next
print(n.v, n.next.v)
def tree(d): return [tree(d - 1), d, tree(d - 1)] if d else []
def size(t): return 1 + size(t[0]) + size(t[2]) if t else 0
keep = tree(9)
for _ in range(10): tree(6)
print(size(keep))
d = {}
for i in range(500): d = {"inner": d, i: [i] * 3}
depth = 0
while "inner" in d: depth, d = depth + 1, d["inner"]
print(depth)
rev, node = None, head
while node: node.next, rev, node = rev, node, node.next
print(rev.v, rev.next.v, total(rev))
doubly = []
for i in range(1000):
    m = Node(i)
    m.prev = doubly[-1] if doubly else None
    if m.prev: m.prev.next = m
    doubly.append(m)
m = doubly[-1]
doubly = None
c = 0
while m: c, m = c + m.v, m.prev
print(c)
