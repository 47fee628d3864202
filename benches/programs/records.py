"""Objects as records: attributes, properties, comparison, hashing, copying."""

SIZE = 1_000_000
SMALL = 150


class Record:
    fields = ()

    def __init__(self, *values):
        for name, value in zip(self.fields, values):
            setattr(self, name, value)

    def as_tuple(self):
        return tuple(getattr(self, name) for name in self.fields)

    def __eq__(self, other):
        return type(self) is type(other) and self.as_tuple() == other.as_tuple()

    def __hash__(self):
        return hash(self.as_tuple())

    def __repr__(self):
        inside = ", ".join(f"{name}={getattr(self, name)!r}" for name in self.fields)
        return f"{type(self).__name__}({inside})"


class Point(Record):
    fields = ("x", "y")


class Account:
    __slots__ = ("owner", "_balance", "history")

    def __init__(self, owner, balance=0):
        self.owner = owner
        self._balance = balance
        self.history = 0

    @property
    def balance(self):
        return self._balance

    @balance.setter
    def balance(self, amount):
        if amount < 0:
            raise ValueError("overdrawn")
        self.history += 1
        self._balance = amount

    def __lt__(self, other):
        return (self._balance, self.owner) < (other._balance, other.owner)


def transfers(accounts, n):
    refused = 0
    size = len(accounts)
    for i in range(n):
        source = accounts[i * 7 % size]
        target = accounts[i * 13 % size]
        amount = i % 90
        try:
            source.balance -= amount
            target.balance += amount
        except ValueError:
            refused += 1
    return refused


def run(n):
    seen = set()
    for i in range(n // 8):
        seen.add(Point(i % 50, i % 31))
    accounts = [Account(f"owner{i}", 100) for i in range(50)]
    refused = transfers(accounts, n)
    richest = max(accounts)
    changes = sum(account.history for account in accounts)
    point = Point(1, "two")
    return f"{len(seen)} {refused} {richest.owner} {richest.balance} {changes} {point!r}"


if __name__ == "__main__":
    import sys

    n = int(sys.argv[1]) if len(sys.argv) > 1 else SIZE
    print("records", n, run(n))
