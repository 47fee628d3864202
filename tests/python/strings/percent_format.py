# printf-style formatting.
print("%d %i %u" % (1, -2, 3), "%5d|%-5d|%05d|%+d|% d" % (42, 42, 42, 42, 42), "%x %X %#x %o %#o" % (255, 255, 255, 8, 8))
print("%f %.2f %10.3f %-10.1f| %e %.3E %g %G" % (1.5, 2.345, 3.14159, 2.5, 12345.678, 0.00012, 0.0001, 1e20))
print("%s %r %a" % ("é", "é", "é"), "%10s|%-10s|%.2s|%5.1s|" % ("ab", "cd", "efg", "hij"), "%c%c%c" % ("a", 98, "€"), "%%" % ())
print("%(a)s %(b)05.1f %(a)r" % {"a": "x", "b": 2.25}, "%s" % [1, 2], "%s %s" % ("a", (1, 2)), "%s" % None, "%s" % (1,), "%d" % 3.99, "%d" % True)
print("%*d|%-*d|%.*f" % (5, 1, 5, 2, 2, 3.14159), "%5.3d|%#.3x|%+.3d" % (7, 10, 5), "%d" % 10 ** 30, "%x" % -255, "%x" % 2 ** 70, "%g" % 1e-5, "%g" % 123456789.0, "%#g" % 1.0)
print("%f" % float("nan"), "%f" % float("inf"), "%5.1f|" % -float("inf"), "%.0f" % 0.5, "%.0f" % 1.5, "%.10g" % 0.1, "%e" % 0, "%s" % 1e16, "%i" % -0.5)
class X:
    def __str__(self): return "str"
    def __repr__(self): return "repr"
    def __int__(self): return 5
    def __index__(self): return 6
    def __float__(self): return 2.5
print("%s %r" % (X(), X()), "%d" % X(), "%x" % X(), "%.1f" % X())
for f in (lambda: "%d" % "a", lambda: "%s %s" % "a", lambda: "%s" % ("a", "b"), lambda: "%z" % 1, lambda: "%" % 1, lambda: "%(a" % {}, lambda: "%(a)s" % 5, lambda: "%(b)s" % {"a": 1}, lambda: "%c" % "ab", lambda: "%c" % -1, lambda: "%x" % 1.5, lambda: "%*d" % ("a", 1), lambda: "no format" % 5, lambda: "%f" % "x"):
    try:
        print(f())
    except (TypeError, ValueError, KeyError, OverflowError) as e:
        print(type(e).__name__, e)
print("no format" % {"a": 1}, "no format" % [], b"%d %s %x" % (1, b"x", 255), b"%a" % "é")
