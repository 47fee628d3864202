# time, and small modules that programs use.
import time
a = time.perf_counter(); b = time.monotonic(); c = time.time(); d = time.process_time()
time.sleep(0.001)
print(time.perf_counter() > a, time.monotonic() >= b, time.time() > 1.6e9, time.process_time() >= d, time.perf_counter_ns() > 0, isinstance(time.time_ns(), int))
print(time.gmtime(0)[:6], time.strftime("%Y-%m-%d", time.gmtime(86400)), time.gmtime(0).tm_year)
import heapq, bisect, copy, string, keyword, types, textwrap, reprlib
h = [5, 1, 4]
heapq.heapify(h); heapq.heappush(h, 0)
print([heapq.heappop(h) for _ in range(4)], heapq.nlargest(2, [1, 5, 3]), heapq.nsmallest(2, [1, 5, 3]), list(heapq.merge([1, 4], [2, 3])), heapq.heappushpop([1, 2], 0), heapq.heapreplace([1, 2], 5))
l = [1, 3, 3, 5]
print(bisect.bisect(l, 3), bisect.bisect_left(l, 3), bisect.insort(l, 4), l, bisect.bisect_right([(1, "a")], 1, key=lambda p: p[0]))
n = {"a": [1, {"b": 2}], "t": ([],)}
s, dcp = copy.copy(n), copy.deepcopy(n)
n["a"][1]["b"] = 99
print(s["a"][1], dcp["a"][1], s["a"] is n["a"], dcp["t"][0] is n["t"][0])
cyc = []; cyc.append(cyc)
print(copy.deepcopy(cyc)[0][0] is not cyc, string.ascii_letters, string.digits, string.Template("$a ${b}").substitute(a=1, b=2), string.capwords("ab cd"), keyword.iskeyword("def"), keyword.issoftkeyword("match"))
ns = types.SimpleNamespace(a=1, b=2)
ns.c = 3
print(ns, ns == types.SimpleNamespace(a=1, b=2, c=3), types.MappingProxyType({"k": 1})["k"], isinstance(len, types.BuiltinFunctionType), isinstance(lambda: 0, types.FunctionType), types.MethodType(lambda self: self, 5)())
print(textwrap.dedent("  a\n   b"), textwrap.fill("aaa bbb ccc", 7), textwrap.indent("x\ny", "> "), reprlib.repr(list(range(100))))
