"""Lines at which a tracer stops in match statements and at constant tests."""
import sys
def trace(func,*args):
    lines=[]
    base=func.__code__.co_firstlineno
    def t(frame,event,arg):
        if event=='line' and frame.f_code.co_name==func.__name__: lines.append(frame.f_lineno-base)
        return t
    old=sys.gettrace(); sys.settrace(t)
    try: func(*args)
    finally: sys.settrace(old)
    return lines
def f(command):                         # 0
    match command.split():              # 1
        case ["go", direction] if direction in "nesw":  # 2
            return f"go {direction}"    # 3
        case ["go", _]:                 # 4
            return "no go"              # 5
        case x:                          # 6
            return x                     # 7
    return 8                        # 8
def g(command):                         # 0
    match command:              # 1
        case 1:  # 2
            pass    # 3
def h(command):                         # 0
    match command:              # 1
        case _:  # 2
            return 3    # 3
for args in ((f, "go n"), (f, "go x"), (f, "spam"), (g, 1), (g, 2), (h, 1)):
    print(trace(*args))
