# Modules in an archive on sys.path.
import os
import sys
import tempfile
import zipfile

with tempfile.TemporaryDirectory() as folder:
    path = os.path.join(folder, "modules.zip")
    with zipfile.ZipFile(path, "w") as z:
        z.writestr("in_archive.py", "def f():\n    return __name__\n")
        z.writestr("packed/__init__.py", "from . import inner\n")
        z.writestr("packed/inner.py", "value = 42\n")
        z.writestr("packed/data.txt", "text of the package")
        z.writestr("below/deep.py", "x = 1\n")
    sys.path.insert(0, path)
    sys.path.insert(1, os.path.join(path, "below"))
    import in_archive
    import packed
    import deep

    print(in_archive.f(), packed.inner.value, deep.x)
    print(type(packed.__loader__).__name__, packed.__file__ == os.path.join(path, "packed", "__init__.py"))
    print(packed.__loader__.get_data(os.path.join(path, "packed", "data.txt")))
    import importlib.resources
    print(importlib.resources.files("packed").joinpath("data.txt").read_text())
    try:
        import missing_from_archive
    except ModuleNotFoundError as e:
        print(e)
