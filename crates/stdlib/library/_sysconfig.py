"""Settings of the build that `sysconfig` reports."""


def config_vars():
    """Returns a dictionary containing build variables intended to be exposed by sysconfig."""
    return {'Py_GIL_DISABLED': 0, 'Py_DEBUG': 0}
