"""Special methods written in Python, in loops that get hot."""

import sys
import traceback


class Money:
    def __init__(self, cents):
        self.cents = cents

    def __add__(self, other):
        if isinstance(other, Money):
            return Money(self.cents + other.cents)
        if isinstance(other, int):
            return Money(self.cents + other)
        return NotImplemented

    def __radd__(self, other):
        return Money(other + self.cents)

    def __rmul__(self, other):
        return Money(self.cents * other)

    def __isub__(self, other):
        self.cents -= other
        return self

    def __neg__(self):
        return Money(-self.cents)

    def __eq__(self, other):
        if not isinstance(other, Money):
            return NotImplemented
        return self.cents == other.cents

    def __lt__(self, other):
        return self.cents < other.cents

    def __bool__(self):
        return self.cents % 3 != 0

    def __repr__(self):
        return f"Money({self.cents})"


class Coins(Money):
    def __radd__(self, other):
        return Coins(1000 + self.cents)


class Odd:
    """Answers comparisons with what is no bool."""

    def __init__(self, n):
        self.n = n

    def __lt__(self, other):
        return [0] * (self.n & 1)

    def __eq__(self, other):
        return ""

    __hash__ = None


def arithmetic(n):
    total = Money(0)
    for i in range(n):
        total = total + Money(i) + 1
        total = 2 + total
        total -= 1
        if i % 100 == 0:
            total = 3 * total
            total = Money(total.cents % 10007)
        total = -(-total)
    return total


def subclasses(n):
    out = 0
    for i in range(n):
        x = Money(i) + Coins(i)
        out += x.cents + (type(x) is Coins)
    return out


def comparisons(n):
    less = equal = other = truths = 0
    limit = Money(n // 2)
    for i in range(n):
        m = Money(i)
        if m < limit:
            less += 1
        if m == limit:
            equal += 1
        if m != limit:
            other += 1
        if m == "nothing":
            other += 1000
        if m:
            truths += 1
        if not m:
            truths += 10
        while m:
            m.cents += 1
    return less, equal, other, truths


def odd_answers(n):
    count = 0
    for i in range(n):
        o = Odd(i)
        if o < o:
            count += 1
        if o == o:
            count += 100
        if not o == o:
            count += 10000
        v = o < o
        count += len(v)
    return count


class Table:
    def __init__(self):
        self.rows = {}

    def __len__(self):
        return len(self.rows)

    def __getitem__(self, key):
        if key < 0:
            raise KeyError(key)
        return self.rows[key]

    def __setitem__(self, key, value):
        self.rows[key] = value

    def __delitem__(self, key):
        del self.rows[key]

    def __contains__(self, key):
        return self.rows.get(key)

    def __iter__(self):
        return iter(self.rows)


def containers(n):
    t = Table()
    empty = missing = found = total = 0
    for i in range(n):
        if not t:
            empty += 1
        t[i % 7] = i
        if i % 3 in t:
            found += 1
        if i % 11 not in t:
            missing += 1
        total += t[i % 7] + len(t)
        try:
            t[-1]
        except KeyError as e:
            total += e.args[0]
        if i % 5 == 0:
            del t[i % 7]
        for key in t:
            total += key
    return empty, missing, found, total


class Count:
    def __init__(self, n):
        self.n = n

    def __iter__(self):
        return self

    def __next__(self):
        if self.n == 0:
            raise StopIteration
        self.n -= 1
        return self.n


class Broken(Count):
    def __next__(self):
        if self.n == 2:
            raise ValueError("two")
        return Count.__next__(self)


def iteration(n):
    total = 0
    for _ in range(n // 50):
        for x in Count(50):
            total += x
    try:
        for x in Broken(n):
            total += 1
    except ValueError as e:
        return total, str(e)


def chosen(n):
    """The methods change on the way."""
    out = []
    old = Money.__add__
    for i in range(n):
        if i == n // 2:
            Money.__add__ = lambda self, other: Money(-1)
        if i % (n // 8) == 0:
            out.append((Money(i) + Money(1)).cents)
        Money(i) + 1
    Money.__add__ = old
    return out


def unsupported(n):
    messages = set()
    for i in range(n):
        try:
            Money(i) + "x"
        except TypeError as e:
            messages.add(str(e))
    return sorted(messages)


class Deep:
    def __init__(self, inner):
        self.inner = inner

    def __neg__(self):
        return -self.inner

    def __bool__(self):
        raise RuntimeError("no truth")


class Looks:
    def __add__(self, other):
        return sys._getframe(1).f_code.co_name, sys._getframe(1).f_lineno > 0


def frames(n):
    seen = set()
    for i in range(n):
        seen.add(Looks() + 1)
    return seen


def failing(n):
    d = Deep(None)
    for i in range(n):
        try:
            if d:
                pass
        except RuntimeError as e:
            names = [f.name for f in traceback.extract_tb(e.__traceback__)]
    return names


def bad_results():
    class Bad:
        def __bool__(self):
            return 1

        def __len__(self):
            return -1

        def __iter__(self):
            return 5

    out = []
    for f in (lambda b: not b, len, iter, lambda b: [x for x in b]):
        try:
            f(Bad())
        except (TypeError, ValueError) as e:
            out.append(f"{type(e).__name__}: {e}")
    return out


def deep():
    d = 5
    for _ in range(300):
        d = Deep(d)
    return -d


print(arithmetic(3000))
print(subclasses(3000))
print(comparisons(3000))
print(odd_answers(3000))
print(containers(3000))
print(iteration(3000))
print(chosen(4000))
print(unsupported(2000))
print(frames(2000))
print(failing(2000))
print(bad_results())
print(deep())
