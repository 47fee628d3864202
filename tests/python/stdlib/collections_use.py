# collections: namedtuple, deque, Counter, defaultdict, OrderedDict, ChainMap.
import collections
from collections import namedtuple, deque, Counter, defaultdict, OrderedDict, ChainMap
P = namedtuple("P", "x y", defaults=[5])
p = P(1)
print(p, p.x, p[1], p._asdict(), p._replace(x=9), P._fields, p == (1, 5), P(*"ab"), P._make([1, 2]), len(p), hash(p) == hash((1, 5)), P._field_defaults, [*p], isinstance(p, tuple))
try:
    P()
except TypeError as e:
    print(e)
try:
    p.x = 1
except AttributeError as e:
    print(e)
for bad in ("a a", "1a", "def", "_x"):
    try:
        namedtuple("B", bad)
    except ValueError as e:
        print(e)
d = deque([1, 2, 3], maxlen=4)
d.append(4); d.append(5); d.appendleft(0)
print(d, d.pop(), d.popleft(), d, len(d), d[0], d[-1], d.maxlen, 3 in d, d.count(2), d.index(3), list(reversed(d)))
d = deque("abcde")
d.rotate(2); print(d); d.rotate(-1); print(d); d.extend("xy"); d.extendleft("12"); print(d, d.copy() == d); d.remove("x"); d.insert(1, "I"); d[2] = "S"; del d[0]; d.reverse(); print(d, d + deque("z"), deque([1]) * 2)
for f in (lambda: deque().pop(), lambda: deque().popleft(), lambda: deque([1])[5], lambda: deque([1]).remove(2), lambda: deque([1]).index(2), lambda: deque(maxlen=-1)):
    try:
        f()
    except (IndexError, ValueError) as e:
        print(type(e).__name__, e)
c = Counter("mississippi")
print(c, c.most_common(2), c["zz"], sorted(c.elements()), c + Counter("ms"), c - Counter("sss"), c & Counter("sip"), c | Counter("zz"), c.total(), Counter(a=1, b=-1) + Counter(), -Counter(a=-2), sum(c.values()))
c.update("mm"); c.subtract("i"); print(c["m"], c["i"], dict(c), Counter([1, 1, 2]) == Counter({1: 2, 2: 1}), c.pop("m"))
dd = defaultdict(list)
for k, v in [("a", 1), ("b", 2), ("a", 3)]: dd[k].append(v)
print(dd, dict(dd), dd.get("z"), "z" in dd, dd["z"], len(dd), dd.default_factory, defaultdict(int, a=1)["q"], defaultdict(lambda: "d")[1])
try:
    defaultdict()["k"]
except KeyError as e:
    print(repr(e))
o = OrderedDict(a=1, b=2, c=3)
o.move_to_end("a"); print(o); o.move_to_end("c", last=False); print(o, o.popitem(), o.popitem(last=False), o, OrderedDict(a=1, b=2) == OrderedDict(b=2, a=1), OrderedDict(a=1) == {"a": 1}, list(reversed(OrderedDict(x=1, y=2))))
cm = ChainMap({"a": 1}, {"a": 2, "b": 3})
cm["c"] = 9
print(cm["a"], cm["b"], sorted(cm), cm.maps, cm.new_child({"a": 0})["a"], dict(cm) == {"a": 1, "b": 3, "c": 9})
q, t = deque([0]), 0
for i in range(3000):
    q.append(i)
    if len(q) > 10: t += q.popleft()
print(t, sum(q))
class UD(collections.UserDict):
    def __setitem__(self, k, v): super().__setitem__(str(k), v)
u = UD({1: "a"})
u[2] = "b"
print(u, u["1"], collections.UserList([1, 2])[0], collections.UserString("ab").upper())
import collections.abc as abc
print(isinstance([], abc.Sequence), isinstance({}, abc.Mapping), isinstance(set(), abc.Set), isinstance((i for i in ()), abc.Generator), isinstance(5, abc.Hashable), isinstance([], abc.Hashable), issubclass(dict, abc.MutableMapping), isinstance("", abc.Iterable), isinstance(lambda: 0, abc.Callable), isinstance(iter([]), abc.Iterator))
