"""An interpreter for a tiny stack machine, with its assembler: dispatch loops."""

SIZE = 110_000
SMALL = 40

PUSH, LOAD, STORE, ADD, SUB, MUL, MOD, LESS, EQUAL, JUMP, JUMP_IF_NOT, CALL, RETURN, EMIT, HALT = range(15)

NAMES = {
    "push": PUSH, "load": LOAD, "store": STORE, "add": ADD, "sub": SUB, "mul": MUL, "mod": MOD,
    "less": LESS, "equal": EQUAL, "jump": JUMP, "unless": JUMP_IF_NOT, "call": CALL,
    "return": RETURN, "emit": EMIT, "halt": HALT,
}

PROGRAM = """
    push 0
    store i
    push 1
    store seed
loop:
    load i
    load n
    less
    unless done
    call next
    load i
    push 1
    add
    store i
    load seed
    push 3
    mod
    push 0
    equal
    unless loop
    load seed
    emit
    jump loop
done:
    halt
next:
    load seed
    push 421
    mul
    push 1663
    add
    push 7875
    mod
    store seed
    return
"""


def assemble(source):
    lines = [line.strip() for line in source.splitlines() if line.strip()]
    labels = {}
    address = 0
    for line in lines:
        if line.endswith(":"):
            labels[line[:-1]] = address
        else:
            address += 1
    names = {}
    code = []
    for line in lines:
        if line.endswith(":"):
            continue
        word, _, operand = line.partition(" ")
        if operand in labels:
            argument = labels[operand]
        elif operand.isdigit():
            argument = int(operand)
        elif operand:
            argument = names.setdefault(operand, len(names))
        else:
            argument = 0
        code.append((NAMES[word], argument))
    return code, names


def execute(code, memory):
    stack = []
    calls = []
    output = []
    pc = 0
    executed = 0
    while True:
        op, argument = code[pc]
        pc += 1
        executed += 1
        if op == PUSH:
            stack.append(argument)
        elif op == LOAD:
            stack.append(memory[argument])
        elif op == STORE:
            memory[argument] = stack.pop()
        elif op == ADD:
            right = stack.pop()
            stack[-1] += right
        elif op == SUB:
            right = stack.pop()
            stack[-1] -= right
        elif op == MUL:
            right = stack.pop()
            stack[-1] *= right
        elif op == MOD:
            right = stack.pop()
            stack[-1] %= right
        elif op == LESS:
            right = stack.pop()
            stack[-1] = stack[-1] < right
        elif op == EQUAL:
            right = stack.pop()
            stack[-1] = stack[-1] == right
        elif op == JUMP:
            pc = argument
        elif op == JUMP_IF_NOT:
            if not stack.pop():
                pc = argument
        elif op == CALL:
            calls.append(pc)
            pc = argument
        elif op == RETURN:
            pc = calls.pop()
        elif op == EMIT:
            output.append(stack.pop())
        else:
            return output, executed


def run(n):
    code, names = assemble(PROGRAM)
    memory = [0] * len(names)
    memory[names["n"]] = n
    output, executed = execute(code, memory)
    return f"{len(output)} {sum(output)} {executed}"


if __name__ == "__main__":
    import sys

    n = int(sys.argv[1]) if len(sys.argv) > 1 else SIZE
    print("interpreter", n, run(n))
