# dict: methods, order, views, merging.
d = {"b": 1, "a": 2}
print(d, d["b"], d.get("z"), d.get("z", 5), d.setdefault("c", 3), d.setdefault("a", 9), d, len(d), list(d), "a" in d, list(d.items()), list(d.values()), list(d.keys()))
d["b"] = 10; d["d"] = 4; del d["a"]; d["a"] = 5
print(d, d.pop("b"), d.pop("zz", "dflt"), d.popitem(), d, d.copy() == d, d.copy() is d)
d.update({"x": 1}); d.update([("y", 2), ("z", 3)]); d.update(w=4); d.update({"x": 0}, v=9)
print(d, d | {"new": 1}, {"a": 1} | {"a": 2}, dict.fromkeys("ab"), dict.fromkeys([1, 2], 0), dict(), dict(a=1), dict({"k": 1}, b=2), dict([("p", 1)]), dict(zip("xy", range(2))))
e = {"a": 1}
e |= {"b": 2}; e |= [("c", 3)]
print(e, {**e, "a": 0}, e == {"c": 3, "b": 2, "a": 1}, e != {}, list(reversed(e)), list(reversed(e.items())), e.clear(), e)
k, v, i = d.keys(), d.values(), d.items()
d["late"] = 1
print("late" in k, len(v), ("late", 1) in i, k, {"late", "zz"} & k, sorted(k | {"q"}), k - d.keys(), sorted(k ^ {"late"}), {"late"} <= k, k == set(d), i == set(d.items()), isinstance(k, type({}.keys())), k.isdisjoint(["no"]), k.mapping["late"])
print({1: "a", True: "b", 1.0: "c"}, {0: 1, 0.0: 2}[False], {(1, 2): 3}[1, 2], {None: 1}[None], {"": 1}[""], {frozenset([1]): 1}[frozenset([1])], {1 << 70: "big"}[1 << 70], {2.5: 1}[2.5], {b"b": 1}[b"b"], {...: 1}[...])
for f in (lambda: {}["k"], lambda: {}.pop("k"), lambda: {}.popitem(), lambda: {[]: 1}, lambda: {}[[]], lambda: {}.update(5), lambda: dict([1]), lambda: dict([(1, 2, 3)]), lambda: {} | [], lambda: {} < {}, lambda: {}.fromkeys(5), lambda: {}.get(), lambda: {}.setdefault([]), lambda: {}.__delitem__("x"), lambda: {1: 2}[1, 2], lambda: dict(1), lambda: {}.get([]), lambda: {**1}, lambda: hash({})):
    try:
        print(f())
    except (KeyError, TypeError, ValueError) as e:
        print(type(e).__name__, e)
class M(dict):
    def __missing__(self, key): return key * 2
print(M(a=1)["zz"], M().get("q"), M(x=1), type(M(x=1).copy()).__name__, type(M() | {}).__name__, M(a=1) == {"a": 1})
print(repr({"k": {"n": [1, {"d": ()}]}}), {1: {}} == {1: {}}, {**{}, **{"a": 1}}, [*{"a": 1}], max({3: 1, 5: 0}), sorted({"b": 1, "a": 2}.items(), key=lambda p: p[1]), sum({1: 2, 3: 4}), {v: k for k, v in {"a": 1}.items()})
