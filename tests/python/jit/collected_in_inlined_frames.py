# The collector runs while a trace is between its inlined frames.
class Rejected(Exception):
    def __init__(self, reason):
        super().__init__(reason)
        self.reason = reason
def check(value):
    if value % 5 == 0: raise Rejected([value % 3])
    if value % 7 == 0: raise ValueError("seven")
    return value
def guarded(value, log):
    try: return check(value)
    except Rejected as error: return -error.reason[0]
    finally: log[0] += 1
def run(n):
    log, total, sevens = [0], 0, 0
    for i in range(n):
        try: total += guarded(i, log)
        except ValueError: sevens += 1
    return total, sevens, log
print(run(30000))
def label(i): return [str(i)] * 3
def longest(i): return max(label(i), key=len)
def lists(n):
    seen = 0
    for i in range(n):
        x = longest(i)
        y = [x, i]
        seen += len(y) + len(x)
    return seen
print(lists(20000))
