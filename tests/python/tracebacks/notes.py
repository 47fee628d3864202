# Notes below the message.
error = ValueError("main\nsecond line")
error.add_note("a note")
error.add_note("two\nlines")
raise error
