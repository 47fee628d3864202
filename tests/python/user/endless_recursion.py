# The user's example: recursion without end.
def endless(n):
    return endless(n + 1)


endless(0)
