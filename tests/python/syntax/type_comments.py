# `ast.parse` with type comments and with older versions of the language.
import ast

SOURCE = """\
def below():
    # type: () -> int
    pass

async def beside(a, b=(1, 2)):  # type: (...) -> None
    async with a as c, b:  #type:C
        x = [1,  # no type
             2]  # type: ignore[these]
    for x in lambda: y:  # type: int
        pass  # type: ignore

def parameters(
    a,  # type: A
    /,
    b=f(1, 2),  # type: B
    *c,  # type: C
    d: int = {},  # type: D  
    **e  # type: E
):
    value = "# type: text"  # type: str
    one = 1; two = 2  # type: int
"""


def comments(tree):
    for node in ast.walk(tree):
        text = getattr(node, "type_comment", None)
        if text is not None:
            yield node.lineno, type(node).__name__, text


tree = ast.parse(SOURCE, type_comments=True)
print(*sorted(comments(tree)), sep="\n")
print([(i.lineno, i.tag) for i in tree.type_ignores])
tree = ast.parse(SOURCE)
print(list(comments(tree)), tree.type_ignores)


def attempt(source, *args, **kw):
    try:
        ast.parse(source, *args, **kw)
        print("fine")
    except SyntaxError as e:
        print(e)


for source in (
    "pass  # type: int\n",
    "x += 1  # type: int\n",
    "while x:  # type: int\n  pass\n",
    "x = 1\n# type: int\n",
    "pass  # type: ignorewhatever\n",
    "pass  # type: ignore whatever\n",
    "def f():  # type: () -> int\n  # type: () -> str\n  pass\n",
    "def f():\n  pass\n  # type: () -> str\n",
    "f(a,  # type: int\n  b)\n",
):
    attempt(source, type_comments=True)

for source, version in (
    ("async def f(): pass", 4),
    ("async def f(): [x async for x in y]", 5),
    ("async def f(): [x async for x in y]", 6),
    ("a @ b", 4),
    ("a = 1_0", 5),
    ("a_b = 10 + 'c_d'", 5),
    ("a: int = 1", 5),
    ("(a := 1)", 7),
):
    attempt(source, feature_version=(3, version))

for source in ("(int, *str, **Any) -> x", "() -> int", "(*a) -> b", "(*a, *b) -> c", "(**a, b) -> c", "(a, **b, c) -> d"):
    attempt(source, mode="func_type")
