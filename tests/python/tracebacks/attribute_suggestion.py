# A near miss in an attribute's name.
class Thing:
    colour = "red"


Thing().color
