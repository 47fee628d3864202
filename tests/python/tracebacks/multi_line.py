# A statement over several lines.
def function(a,
             b,
             c):
    return (a +
            b +
            c)


x = function(
    1,
    2,
    "3",
)
