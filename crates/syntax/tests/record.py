"""Records what CPython 3.14 says about the programs in `programs.txt`, next to it in `expected.txt`.

Run it with python3.14 after adding programs. Programs are separated by lines of `----`; the first
line of a program may be `# mode: eval`, `# mode: single` or `# mode: func_type`.
"""

import ast
import pathlib
import warnings

HERE = pathlib.Path(__file__).parent
KINDS = {"SyntaxError": "Syntax", "IndentationError": "Indentation", "TabError": "Tab"}


def describe(program: str) -> str:
    mode = "exec"
    if program.startswith("# mode: "):
        line, program = program.split("\n", 1)
        mode = line.removeprefix("# mode: ")
    try:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            tree = compile(program, "<program>", mode, ast.PyCF_ONLY_AST, True)
        out = ast.dump(tree, include_attributes=True)
        for w in caught:
            out += f"\nwarning: line {w.lineno}: {w.message}"
        return out
    except SyntaxError as e:
        where = f"({e.lineno}, {e.offset}, {e.end_lineno}, {e.end_offset})"
        return f"{KINDS[type(e).__name__]}: {e.msg} {where}"


def main() -> None:
    programs = (HERE / "programs.txt").read_text(encoding="utf-8").split("\n----\n")
    results = [describe(p) for p in programs]
    (HERE / "expected.txt").write_text("\n----\n".join(results), encoding="utf-8")


main()
