"""Profiling of programs: the classes and the command around `_lsprof`, which
counts and times calls."""

__all__ = ['run', 'runctx', 'Profile']

import _lsprof
import importlib.machinery
import io
import marshal
import profile as _profile
import types


def run(statement, filename=None, sort=-1):
    """Run a statement in `__main__` under the profiler; print what it found,
    or write it to a file."""
    return _profile._Utils(Profile).run(statement, filename, sort)


def runctx(statement, globals, locals, filename=None, sort=-1):
    """As run(), in the given namespaces."""
    return _profile._Utils(Profile).runctx(statement, globals, locals, filename, sort)


run.__doc__ = _profile.run.__doc__
runctx.__doc__ = _profile.runctx.__doc__


class Profile(_lsprof.Profiler):
    """Profile(timer=None, timeunit=None, subcalls=True, builtins=True)

    Builds a profiler object using the specified timer function.
    The default timer is a fast built-in one based on real time.
    For custom timer functions returning integers, timeunit can
    be a float specifying a scale (i.e. how long each integer unit
    is, in seconds).
    """

    def print_stats(self, sort=-1):
        """Print what was found, sorted by one key or several."""
        import pstats
        keys = sort if isinstance(sort, tuple) else (sort,)
        pstats.Stats(self).strip_dirs().sort_stats(*keys).print_stats()

    def dump_stats(self, file):
        """Write what was found to a file that `pstats` reads."""
        self.create_stats()
        with open(file, 'wb') as f:
            marshal.dump(self.stats, f)

    def create_stats(self):
        """Stop, and keep what was found in `stats`."""
        self.disable()
        self.snapshot_stats()

    def snapshot_stats(self):
        """Keep what was found so far in `stats`: for each function the numbers
        of first and of all calls, its own and all of its time, and its callers."""
        entries = self.getstats()
        self.stats = {}
        callers = {}
        for entry in entries:
            key = label(entry.code)
            first, calls, own, total, of = self.stats.get(
                key, (0, 0, 0, 0, callers.setdefault(key, {})))
            self.stats[key] = (first + entry.callcount - entry.reccallcount,
                               calls + entry.callcount,
                               own + entry.inlinetime, total + entry.totaltime, of)
        for entry in entries:
            caller = label(entry.code)
            for sub in entry.calls or ():
                of = callers.setdefault(label(sub.code), {})
                calls, first, own, total = of.get(caller, (0, 0, 0, 0))
                of[caller] = (calls + sub.callcount,
                              first + sub.callcount - sub.reccallcount,
                              own + sub.inlinetime, total + sub.totaltime)

    def run(self, cmd):
        """Profile a statement in `__main__`."""
        import __main__
        return self.runctx(cmd, __main__.__dict__, __main__.__dict__)

    def runctx(self, cmd, globals, locals):
        """Profile a statement in namespaces."""
        self.enable()
        try:
            exec(cmd, globals, locals)
        finally:
            self.disable()
        return self

    def runcall(self, func, /, *args, **kw):
        """Profile one call."""
        self.enable()
        try:
            return func(*args, **kw)
        finally:
            self.disable()

    def __enter__(self):
        self.enable()
        return self

    def __exit__(self, *error_info):
        self.disable()


def label(code):
    """How `pstats` names a function: file, line, name."""
    if isinstance(code, str):
        return '~', 0, code
    return code.co_filename, code.co_firstlineno, code.co_name


def main():
    """The command: profile a script or a module."""
    import os
    import pstats
    import runpy
    import sys
    from optparse import OptionParser

    usage = 'cProfile.py [-o output_file_path] [-s sort] [-m module | scriptfile] [arg] ...'
    parser = OptionParser(usage=usage)
    parser.allow_interspersed_args = False
    parser.add_option('-o', '--outfile', dest='outfile', default=None,
                      help='Save stats to <outfile>')
    parser.add_option('-s', '--sort', dest='sort', default=2,
                      choices=sorted(pstats.Stats.sort_arg_dict_default),
                      help='Sort order when printing to stdout, based on pstats.Stats class')
    parser.add_option('-m', dest='module', action='store_true', default=False,
                      help='Profile a library module')
    if not sys.argv[1:]:
        parser.print_usage()
        sys.exit(2)
    options, args = parser.parse_args()
    sys.argv[:] = args
    if options.outfile is not None:
        # The script may change the folder.
        options.outfile = os.path.abspath(options.outfile)
    if not args:
        parser.print_usage()
        return parser
    if options.module:
        code = 'run_module(modname, run_name="__main__")'
        globals = {'run_module': runpy.run_module, 'modname': args[0]}
    else:
        script = args[0]
        sys.path.insert(0, os.path.dirname(script))
        with io.open_code(script) as f:
            code = compile(f.read(), script, 'exec')
        spec = importlib.machinery.ModuleSpec(name='__main__', loader=None, origin=script)
        module = types.ModuleType('__main__')
        # The script takes the place of the main module.
        sys.modules['__main__'] = module
        globals = module.__dict__
        globals.update({'__spec__': spec, '__file__': spec.origin, '__name__': spec.name,
                        '__package__': None, '__cached__': None})
    try:
        runctx(code, globals, None, options.outfile, options.sort)
    except BrokenPipeError as e:
        # Whoever reads the output has enough: nothing more can be written.
        sys.stdout = None
        sys.exit(e.errno)
    return parser


if __name__ == '__main__':
    main()
