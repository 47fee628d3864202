# str.format, format(), Formatter fields.
print("{} {}".format(1, 2), "{1} {0}".format("a", "b"), "{a} {b}".format(a=1, b=2), "{0.real} {1[0]} {2[k]}".format(5, [9], {"k": "v"}), "{:>5}|{:<5}|{:^5}".format(1, 2, 3))
print("{!r} {!s} {!a}".format("é", "é", "é"), "{{}} {}".format(1), "{:{}}".format("x", 5), "{:{w}.{p}f}".format(3.14159, w=8, p=2), "{0:{1}{2}}".format(5, ">", 4), "{[a][b]}".format({"a": {"b": 1}}))
for f in (lambda: "{}".format(), lambda: "{0} {}".format(1, 2), lambda: "{x}".format(), lambda: "{".format(), lambda: "}".format(), lambda: "{0.x}".format(1), lambda: "{0[5]}".format([1]), lambda: "{!z}".format(1), lambda: "{:d}".format("a"), lambda: "{0[k]}".format([1]), lambda: "{a.b}".format(a=1), lambda: "{!}".format(1), lambda: "{0!r".format(1), lambda: "{[}".format(1)):
    try:
        print(f())
    except (IndexError, KeyError, ValueError, AttributeError, TypeError) as e:
        print(type(e).__name__, e)
print("{a}".format_map({"a": 1}), format(5), format(5, ">5"), format("x", "^5"), format(3.5, ".2f"), format(None), format([1]), format(True, "d"), format(1 + 2j, ".1f"))
class D(dict):
    def __missing__(self, k): return f"<{k}>"
print("{a} {b}".format_map(D(a=1)))
class P:
    x = [10, {"k": "deep"}]
    def __format__(self, spec): return f"P[{spec}]"
print("{0.x[1][k]} {0:spec} {0!r:.3}".format(P()), "{:{}{}}".format(7, "*", "^9") if False else "{:*^9}".format(7), "{0}{0}{1}".format("a", "b"))
print("{:,}".format(1234567), "{:_}".format(1234567), "{:_x}".format(0xdeadbeef), "{:.3}".format("abcdef"), "{:10.3}|".format("abcdef"), "{:%}".format(0.5), "{:+.1e}".format(12345.0), "{:#o}".format(8), "{:c}".format(97), "{:n}".format(1234))
