# break, continue and return through try and finally, in all combinations.
def run(how):
    log = []
    for i in range(3):
        try:
            log.append(f"try{i}")
            if how == "break" and i == 1: break
            if how == "continue" and i == 1: continue
            if how == "return" and i == 1: return log + ["returned"]
            if how == "raise" and i == 1: raise ValueError("v")
            log.append("end")
        except ValueError:
            log.append("except")
            continue
        else:
            log.append("else")
        finally:
            log.append("finally")
        log.append("after")
    else:
        log.append("loop else")
    return log


for how in ("", "break", "continue", "return", "raise"):
    print(how, run(how))


def override():
    for i in range(3):
        try:
            return i
        finally:
            if i == 0:
                print("finally", i)
    return "end"


print(override())


def nested():
    try:
        try:
            return "inner"
        finally:
            print("f1")
    finally:
        print("f2")


print(nested())


def keep():
    x = 1
    try:
        return x
    finally:
        x = 2


print(keep())


def loop():
    n = 0
    while True:
        try:
            n += 1
            if n < 3: continue
            break
        finally:
            print("n", n, end=" ")
    return n


print(loop())
