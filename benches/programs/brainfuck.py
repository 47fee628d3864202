"""A Brainfuck compiler to closures and an interpreter: calls through tables."""

SIZE = 130
SMALL = 2

SOURCE = "++++++[>+++++++<-]>[>+>+<<-]>>[<<+>>-]<[>++<-]>[<+>-]<<[->+<]>[-<+>]<<"


def parse(source):
    """Nested lists: (operation, amount) pairs and lists for loops."""
    stack = [[]]
    for char in source:
        if char == "[":
            stack.append([])
        elif char == "]":
            body = stack.pop()
            stack[-1].append(body)
        elif char in "+-":
            amount = 1 if char == "+" else -1
            block = stack[-1]
            if block and isinstance(block[-1], tuple) and block[-1][0] == "add":
                block[-1] = ("add", block[-1][1] + amount)
            else:
                block.append(("add", amount))
        elif char in "<>":
            stack[-1].append(("move", 1 if char == ">" else -1))
    return stack[0]


class Machine:
    def __init__(self):
        self.tape = [0] * 64
        self.at = 0
        self.steps = 0


def compile_block(block):
    actions = []
    for item in block:
        if isinstance(item, list):
            actions.append(make_loop(compile_block(item)))
        elif item[0] == "add":
            actions.append(make_add(item[1]))
        else:
            actions.append(make_move(item[1]))
    return actions


def make_add(amount):
    def add(machine):
        machine.tape[machine.at] = (machine.tape[machine.at] + amount) & 255
        machine.steps += 1

    return add


def make_move(amount):
    def move(machine):
        machine.at += amount

    return move


def make_loop(actions):
    def loop(machine):
        while machine.tape[machine.at]:
            for action in actions:
                action(machine)

    return loop


def interpret(source):
    jumps = {}
    opened = []
    for i, char in enumerate(source):
        if char == "[":
            opened.append(i)
        elif char == "]":
            start = opened.pop()
            jumps[start], jumps[i] = i, start
    tape = [0] * 64
    at = pc = steps = 0
    while pc < len(source):
        char = source[pc]
        if char == "+":
            tape[at] = (tape[at] + 1) & 255
        elif char == "-":
            tape[at] = (tape[at] - 1) & 255
        elif char == ">":
            at += 1
        elif char == "<":
            at -= 1
        elif char == "[":
            if not tape[at]:
                pc = jumps[pc]
        elif tape[at]:
            pc = jumps[pc]
        pc += 1
        steps += 1
    return tape, steps


def run(n):
    source = SOURCE * 5
    tape, steps = interpret(source * n)
    actions = compile_block(parse(source))
    machine = Machine()
    for _ in range(n):
        for action in actions:
            action(machine)
    return f"{steps} {sum(tape[:5])} {machine.steps} {sum(machine.tape)} {tape[:3] == machine.tape[:3]}"


if __name__ == "__main__":
    import sys

    n = int(sys.argv[1]) if len(sys.argv) > 1 else SIZE
    print("brainfuck", n, run(n))
