# A module next to the script.
import _mod
from _mod import double
print(_mod.value, double(4))
