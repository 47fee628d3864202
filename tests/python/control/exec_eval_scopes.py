# exec and eval with explicit namespaces.
g, l = {"x": 1}, {"y": 2}
print(eval("x + y", g, l), eval("x", {"x": 5}), eval(" 1 + 1 "), eval("[i * k for i in range(3)]", {"k": 2}))
exec("z = x + y\ndef f(): return x", g, l)
print(sorted(l), l["z"], l["f"](), "__builtins__" in g)
x = "module"
def inside():
    x = "local"
    exec("x = 'exec'")
    return x, eval("x"), eval("x", globals())
print(inside())
class M(dict):
    def __missing__(self, k): return f"<{k}>"
print(eval("a + b", {}, M()))
exec("import math\nresult = math.floor(2.5)", ns := {})
print(ns["result"])
exec("class K:\n    v = 1\n    def m(self): return K.v", ns)
print(ns["K"]().m())
code = compile("total = sum(range(n))", "<made>", "exec")
for n in (3, 10):
    exec(code, ns2 := {"n": n})
    print(ns2["total"])
try:
    exec("1 / 0")
except ZeroDivisionError as e:
    print(e.__traceback__.tb_next.tb_frame.f_code.co_filename, e.__traceback__.tb_next.tb_lineno)
try:
    eval("1 +\n")
except SyntaxError as e:
    print(e.msg, e.filename)
for bad in ("x = 1", "", "import os", "pass"):
    try:
        eval(bad)
    except SyntaxError as e:
        print(repr(bad), e.msg)
print(eval("lambda v: v + 1")(5), eval("(y := 5)"), exec("q = 1"), q, eval("__name__"), eval(b"1+1"), eval("{**{'a': 1}}"))
exec("def rec(n): return 1 if n == 0 else n * rec(n - 1)", ns)
print(ns["rec"](10), eval("rec(5)", ns), list(eval("(i for i in range(3))")))
exec("for i in range(1000): acc = acc + i", acc := {"acc": 0})
print(acc["acc"], acc["i"])
