# and, or and not return operands.
print(0 or "default", 1 and 2, "" and 1, not "", not 1)
