from _circle_bad import other
thing = 2
