"""The decimal module: interest, square roots, quantising and formatting at several precisions."""

from decimal import ROUND_HALF_EVEN, Decimal, localcontext

SIZE = 80000
SMALL = 20


def interest(n):
    cent = Decimal("0.01")
    balance = Decimal("1000.00")
    for i in range(n):
        balance += (balance * Decimal("0.0125")).quantize(cent, ROUND_HALF_EVEN)
        if balance > 100000:
            balance /= 90
    return balance.quantize(cent)


def run(n):
    with localcontext() as context:
        context.prec = 28
        money = interest(n)
        series = sum((Decimal(1) / (i * i + 1) for i in range(n)), Decimal(0))
        context.prec = 120
        root = Decimal(2).sqrt()
        e = Decimal(1).exp()
    texts = sum(len(f"{Decimal(i) / 8:,.2f}") for i in range(n))
    return f"{money} {series} {str(root)[-10:]} {str(e)[-10:]} {texts}"


if __name__ == "__main__":
    import sys

    n = int(sys.argv[1]) if len(sys.argv) > 1 else SIZE
    print("lib_decimal", n, run(n))
