# Equality, ordering, hashing, containment of strings built differently.
a = "hello"
b = "".join(["hel", "lo"])
c = "xhellox"[1:-1]
d = "hel" + "lo"
print(a == b == c == d, hash(a) == hash(b) == hash(c), {a: 1}[c], b in {a}, a in [b], a != "hellO")
print(sorted(["b", "a", "B", "A", "aa", "", "á", "z", "Z"]), max("hello"), min("hello"), "abc" < "abd", "abc" < "abcd", "" < "a", "a" < "b" < "c")
print("ell" in a, "" in "", "x" not in a, "lo" in d, a.__contains__("h"), "é" in "café", "fé" in "café")
import sys
print(sys.intern("spam") is sys.intern("".join(["sp", "am"])), a is a, "a" * 3 == "aaa")
print("a" == b"a", "1" == 1, "a".__eq__(1), "a".__lt__("b"), "a".__lt__(1), str.__eq__("x", "x"))
class S(str): pass
print(S("a") == "a", {"a": 1}[S("a")], {S("k"): 2}["k"], S("a") + "b", type(S("a").upper()).__name__, type(str(S("a"))).__name__, S("ab")[0])
class E(str):
    def __eq__(self, o): return True
    def __hash__(self): return 1
print(E("a") == "zzz", "zzz" == E("a"), E("q") in ["r"])
for f in (lambda: "a" < 1, lambda: "a" in 1, lambda: 1 in "a", lambda: "a" + None, lambda: "a".join(["b", 1]), lambda: "a" * 1.5, lambda: "abc".replace("a"), lambda: "a".center("b"), lambda: "a".split(1), lambda: "x".strip(1), lambda: a["a"], lambda: "a".startswith(["a"]), lambda: "a".count()):
    try:
        print(f())
    except TypeError as e:
        print(e)
