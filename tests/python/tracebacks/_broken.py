def boom():
    raise OSError("while importing")


boom()
