"""Exceptions as control flow: raised, caught, re-raised, cleaned up after."""

SIZE = 800_000
SMALL = 300


class Rejected(Exception):
    def __init__(self, reason):
        super().__init__(reason)
        self.reason = reason


def check(value):
    if value % 5 == 0:
        raise Rejected(value % 3)
    if value % 7 == 0:
        raise ValueError("seven")
    return value


def guarded(value, log):
    try:
        return check(value)
    except Rejected as error:
        return -error.reason
    finally:
        log[0] += 1


def lookups(table, n):
    missing = 0
    for i in range(n):
        try:
            table[i % 10]
        except KeyError:
            missing += 1
        else:
            missing -= 1
    return missing


def translated(n):
    causes = 0
    for i in range(n):
        try:
            try:
                check(i * 35)
            except Rejected as error:
                raise RuntimeError("wrapped") from error
        except RuntimeError as error:
            causes += error.__cause__.reason
    return causes


def run(n):
    log = [0]
    total = 0
    sevens = 0
    for i in range(n):
        try:
            total += guarded(i, log)
        except ValueError:
            sevens += 1
    table = {i: i for i in range(0, 10, 2)}
    return f"{total} {sevens} {log[0]} {lookups(table, n)} {translated(n // 10)}"


if __name__ == "__main__":
    import sys

    n = int(sys.argv[1]) if len(sys.argv) > 1 else SIZE
    print("exceptions", n, run(n))
