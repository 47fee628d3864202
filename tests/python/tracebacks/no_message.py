# No colon without a message.
raise KeyError
