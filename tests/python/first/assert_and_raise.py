# assert.
assert True
try:
    assert 1 == 2, "message"
except AssertionError as error:
    print(error)
