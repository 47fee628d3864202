# The library's modules know their file and source; a folder without an
# __init__ module that has the name of one does not hide it.
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "_helpers", "plain"))
import colorsys

print(colorsys.rgb_to_hls(1.0, 0.5, 0.0))
print(os.path.basename(colorsys.__file__), os.path.basename(os.__file__))

import json
import linecache

print(os.path.basename(os.path.dirname(json.__file__)), [os.path.basename(p) for p in json.__path__])
print("def dumps(obj" in json.__loader__.get_source("json"))
print(os.path.basename(json.decoder.__file__))
print(any(os.path.dirname(os.__file__) == p for p in sys.path))
