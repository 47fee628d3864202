"""Tuples whose items have names, as CPython's native modules give them."""


class Record(tuple):
    """A tuple whose items have names."""

    __slots__ = ()
    _fields = ()

    def __init_subclass__(cls):
        cls.__match_args__ = cls._fields
        cls.n_fields = cls.n_sequence_fields = len(cls._fields)
        cls.n_unnamed_fields = 0
        for index, name in enumerate(cls._fields):
            setattr(cls, name, property(lambda self, index=index: self[index]))

    def __new__(cls, sequence):
        self = super().__new__(cls, sequence)
        if len(self) != cls.n_fields:
            raise TypeError(f'{cls.__module__}.{cls.__name__}() takes a '
                            f'{cls.n_fields}-sequence ({len(self)}-sequence given)')
        return self

    def __repr__(self):
        items = ', '.join(f'{n}={v!r}' for n, v in zip(self._fields, self))
        return f'{type(self).__module__}.{type(self).__name__}({items})'

    def __reduce__(self):
        return type(self), (tuple(self),)
