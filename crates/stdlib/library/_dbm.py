"""The classic interface to a database of bytes in a file of its own (`name.db`),
kept by SQLite."""

import os as _os
import sqlite3 as _sqlite3

library = 'SQLite'


class error(OSError):
    """Raised on errors of the database."""


error.__module__ = '_dbm'


def _failing(method):
    def checked(self, *args):
        if self._db is None:
            raise error('DBM object has already been closed')
        try:
            return method(self, *args)
        except _sqlite3.OperationalError as e:
            if 'readonly' in str(e):
                raise error('cannot write: opened for reading') from None
            raise error(str(e)) from None
        except _sqlite3.Error as e:
            raise error(str(e)) from None
    checked.__name__ = method.__name__
    checked.__doc__ = method.__doc__
    return checked


def _to_bytes(what, kind):
    if isinstance(what, str):
        return what.encode()
    if isinstance(what, (bytes, bytearray)):
        return bytes(what)
    raise TypeError(f'dbm {kind} must be bytes or string, not {type(what).__name__}')


class _Dbm:
    __module__ = '_dbm'

    def __init__(self, db):
        self._db = db

    def _find(self, key):
        row = self._db.execute('SELECT value FROM Dict WHERE key = ?', (key,)).fetchone()
        return None if row is None else row[0]

    @_failing
    def __len__(self):
        return self._db.execute('SELECT COUNT(*) FROM Dict').fetchone()[0]

    @_failing
    def __bool__(self):
        return self._db.execute('SELECT 1 FROM Dict LIMIT 1').fetchone() is not None

    @_failing
    def __getitem__(self, key):
        found = self._find(_to_bytes(key, 'key'))
        if found is None:
            raise KeyError(key)
        return found

    @_failing
    def __setitem__(self, key, value):
        if not isinstance(key, (str, bytes, bytearray)):
            raise TypeError('dbm mappings have bytes or string keys only')
        if not isinstance(value, (str, bytes, bytearray)):
            raise TypeError('dbm mappings have bytes or string elements only')
        self._db.execute('REPLACE INTO Dict VALUES (?, ?)',
                         (_to_bytes(key, 'key'), _to_bytes(value, 'value')))

    @_failing
    def __delitem__(self, key):
        if not isinstance(key, (str, bytes, bytearray)):
            raise TypeError('dbm mappings have bytes or string keys only')
        if not self._db.execute('DELETE FROM Dict WHERE key = ?',
                                (_to_bytes(key, 'key'),)).rowcount:
            raise KeyError(key)

    @_failing
    def __contains__(self, key):
        return self._find(_to_bytes(key, 'key')) is not None

    @_failing
    def keys(self):
        """Return a list of all keys in the database."""
        return [row[0] for row in self._db.execute('SELECT key FROM Dict')]

    @_failing
    def get(self, key, default=None, /):
        """Return the value for key if present, otherwise default."""
        found = self._find(_to_bytes(key, 'key'))
        return default if found is None else found

    @_failing
    def setdefault(self, key, default=b'', /):
        """Return the value for key, inserting the default if there is none."""
        found = self._find(_to_bytes(key, 'key'))
        if found is None:
            self[key] = default
            found = default
        return found

    @_failing
    def clear(self):
        """Remove all items from the database."""
        self._db.execute('DELETE FROM Dict')

    def close(self):
        """Close the database."""
        if self._db is not None:
            db, self._db = self._db, None
            db.close()

    def __enter__(self):
        return self

    def __exit__(self, *error_info):
        self.close()

    def __iter__(self):
        raise TypeError(f"'{type(self).__name__}' object is not iterable")

    def __del__(self):
        self.close()


del _Dbm.__iter__
_Dbm.__name__ = _Dbm.__qualname__ = 'dbm'
_MODES = {'r': 'ro', 'w': 'rw', 'c': 'rwc', 'n': 'rwc'}


def open(filename, flags='r', mode=0o666, /):
    """Return a database object for the file `filename` with '.db' added.

    flags is 'r' to read, 'w' to change, 'c' to make it if needed, 'n' to make
    it anew; mode gives the permissions of a new file."""
    if not isinstance(flags, str):
        raise TypeError(f'open() argument 2 must be str, not {type(flags).__name__}')
    if flags == 'rw':
        flags = 'c'
    if flags not in _MODES:
        raise error("Flag should be one of 'r', 'w', 'c' or 'n'")
    path = _os.fsdecode(filename) + '.db'
    if '\0' in path:
        raise ValueError('embedded null character')
    try:
        if flags == 'n':
            _os.close(_os.open(path, _os.O_CREAT | _os.O_TRUNC | _os.O_RDWR, mode))
        elif flags == 'c':
            _os.close(_os.open(path, _os.O_CREAT | _os.O_RDWR, mode))
        else:
            _os.close(_os.open(path, _os.O_RDONLY if flags == 'r' else _os.O_RDWR))
        quoted = _os.path.abspath(path).replace('%', '%25').replace('?', '%3f').replace('#', '%23')
        db = _sqlite3.connect(f'file:{quoted}?mode={_MODES[flags]}', uri=True,
                              autocommit=True, check_same_thread=False)
    except OSError as e:
        raise error(e.errno, e.strerror, filename) from None
    except _sqlite3.Error as e:
        raise error(str(e)) from None
    try:
        if flags != 'r':
            db.execute('CREATE TABLE IF NOT EXISTS Dict '
                       '(key BLOB PRIMARY KEY NOT NULL, value BLOB NOT NULL)')
        else:
            db.execute('SELECT 1 FROM Dict LIMIT 1')
    except _sqlite3.Error as e:
        db.close()
        raise error(str(e)) from None
    return _Dbm(db)
