# Trees: versions of the language, simplification, names that are constants.
import ast
import copy
import os


def show(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, str(e).split(" (")[0])


for code, version in [
    ("(x := 0)", 7), ("def f(x, /): ...", 7), ("match x:\n case 1: pass", 9),
    ("try: pass\nexcept* E: pass", 10), ("type X = int", 11), ("def f[T](): pass", 11),
    ("class X[T = int]: pass", 12), ("t''", 13), ("try: pass\nexcept A, B: pass", 13),
    ("try: pass\nexcept (A, B): pass", 13), ("def f[T](): pass", 12), ("with (a if b else c): ...", 8),
]:
    show(lambda: type(ast.parse(code, feature_version=(3, version)).body[0]).__name__)
for level in 0, 1, 2:
    for code in [
        "__debug__", "'%s and %r%%' % (a, b)", "'%s' % (*a,)",
        "def f():\n 'doc'", "class C:\n 'doc'\n x = 1",
        "match a:\n case -1 | 1+2j: pass\n case {-0.5: _}: pass",
    ]:
        print(level, ast.dump(ast.parse(code, optimize=level).body[0]))
for code in "def x(): pass", "import a as x", "try: pass\nexcept A as x: pass":
    tree = ast.parse(code)
    for node in ast.walk(tree):
        for field, value in ast.iter_fields(node):
            if value == "x":
                setattr(node, field, "True")
    show(lambda: compile(tree, "<test>", "exec"))
node = ast.parse("x + 1").body[0].value
print(repr(node), repr(ast.parse("f(a, [b, c])")))
node.left.extra = 1
print(hasattr(copy.replace(node.left), "extra"), copy.replace(node.left, id="y").id)
del node.left.id
show(lambda: copy.replace(node.left))
print(sorted(node.__reduce__()[2]))
print(ast.parse("a").body[0].value.ctx is ast.parse("b").body[0].value.ctx)
folder = os.path.dirname(ast.__file__)
print("ast.py" in os.listdir(folder), os.path.isdir(os.path.join(folder, "json")))
with open(ast.__file__) as f:
    print(isinstance(ast.parse(f.read()), ast.Module))
