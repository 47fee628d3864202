# f-strings: expressions, conversions, formats, nesting, debug.
x, y, name = 5, 2.5, "Al"
print(f"{x}", f"{x + 1}", f"{name!r} {name!s} {name!a}", f"{x:5}|{x:<5}|{x:>5}|{x:^5}|{x:05}", f"{y:.1f} {y:8.3f} {y:e}", f"{{}} {{{x}}}", f"{x}{y}{name}")
print(f"{x=} {y = } {name=!s} {x+1=} {x = :>5} {name=:>4}", f"{x!r:>5}|", f"{'a' 'b'}", f"{x:{x}}|{y:{8}.{1}f}|{name:{'*'}^{10}}")
print(f"{(lambda v: v * 2)(x)}", f"{[i for i in range(3)]}", f"{ {'k': 1}['k'] }", f"{x if x > 3 else y}", f"{x:}", f"{None}", f"{print}" [:9], f"{'nested ' + f'{x}'}")
print(f"{f"{f"{x}"}"}", f"{"quotes 'inside' same"}", f"{'\n'.join(["a", "b"])}", f'{x}' "{not}" f"{y}", rf"\d{x}\n", fr'{name}\t', f"\x41\u00e9{x}\N{BULLET}")
print(f"""multi
line {x
      + 1} {
      name  # comment
}""")
print(f"{x:#x} {x:b} {x:08b} {255:X} {1234567:,} {1234567:_} {0.25:%} {1e10:g} {True:d} {x:+}", f"{x!s:>3}", f"{'é':>3}", f"{[1]!r:>5}")
class F:
    def __format__(self, spec): return f"<{spec}>"
print(f"{F()}", f"{F():abc}", f"{F():{x}}", f"{F(): {name} }", f"{F()!r:.5}")
print(f"{x:{'>' if x > 3 else '<'}5}", f"{3.14159:{1}{0}.{2}f}", f"{'a' if True else 'b'}", f"{x,}", f"{x, y}", f"{*[1, 2],}", f"{x:=5}", f"{(z := 7)} {z}")
print(f"" == "", f"no fields", f"{''}", f"{x}%", f"%{x}", f"{x} {{x}} {{{{x}}}}", f"{'{'}", f"{'}'}")
def side():
    print("side", end=" ")
    return 1
print(f"{side()} {side()}")
for f in (lambda: f"{x:z}", lambda: f"{name:d}", lambda: f"{undefined}", lambda: f"{[1]:5}", lambda: f"{None:>5}", lambda: f"{x:{name}}"):
    try:
        print(f())
    except (ValueError, NameError, TypeError) as e:
        print(type(e).__name__, e)
for bad in ("f'{}'", "f'{x'", "f'}'", "f'{x!z}'", "f'{x!}'", "f'{a b}'", "f'{'", "f'{x:{y:{z}}}' f'{*}'", "f'{lambda x: 1}'", "f'{x!r'", "f'{=}'"):
    try:
        compile(bad, "f", "eval")
        print("compiled", bad)
    except SyntaxError as e:
        print(bad, e.msg)
