# Loops with many paths: exits become bridges.
def classify(n):
    c = [0] * 8
    state = 12345
    for i in range(n):
        state = (state * 1103515245 + 12345) & 0x7FFFFFFF
        k = (state >> 16) & 7
        if k == 0: c[0] += 1
        elif k == 1: c[1] += i
        elif k == 2: c[2] -= 1
        elif k == 3: c[3] ^= i
        elif k < 6:
            if state & 1: c[4] += 2
            else: c[5] += 3
        else:
            c[k] += k
            continue
        c[7] += 1
    return c
print(classify(20000))
def nested(n):
    t = 0
    for i in range(n):
        for j in range(i % 7):
            if (i + j) % 3 == 0: t += j
            elif j == 5: break
            else: t -= 1
        else: t += 10
    return t
print(nested(3000))
def while_many(n):
    a, b, steps = n, 1, 0
    while a != b and steps < 20000:
        if a > b:
            if a & 1: a -= 1
            else: a >>= 1
        elif b > 1000: b //= 3
        else: b += 7
        steps += 1
    return a, b, steps
print(while_many(10 ** 9), while_many(12345), while_many(7))
def nones(n):
    args = [None, 1, None, 2.5, "x", None]
    t = 0
    for i in range(n):
        a, b, c = args[i % 6], args[i % 5], args[i % 3]
        if a is None: t += 1
        if b is not None and c is None: t += 2
        if a is b: t += 4
    return t
print(nones(6000))
def booleans(n):
    t = 0
    for i in range(n):
        x = i % 2 == 0 and i % 3 == 0 or not i % 5
        y = (i > 10) != (i % 7 < 3)
        t += x + 2 * y + (x and y) + (3 if x is y else 0)
    return t
print(booleans(5000))
def switchy(ops, n):
    acc = 0
    for i in range(n):
        op = ops[i % len(ops)]
        if op == "add": acc += i
        elif op == "sub": acc -= 1
        elif op == "mul": acc = acc * 3 % 1009
        elif op == "neg": acc = -acc
    return acc
print(switchy(["add", "sub", "mul", "neg", "nop"], 10000))
