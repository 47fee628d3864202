# assert with and without a message.
assert True
assert 1, "unused " + str(1 / 1)
try:
    assert 0
except AssertionError as error:
    print(repr(error), error.args)
try:
    assert [], "message"
except AssertionError as error:
    print(repr(error), error)
try:
    assert None, (1, 2)
except AssertionError as error:
    print(error.args)
def f():
    print("called")
    return "computed"
assert True, f()
try:
    assert False, f()
except AssertionError as error:
    print(error)
