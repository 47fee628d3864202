//! The rows that the class tables of `bytes` and `bytearray` share.

/// Declares a class with the common rows of `bytes` and `bytearray` and its own.
#[macro_export]
macro_rules! bytes_class {
    (
        $(#[doc = $doc:literal])*
        pub $static_name:ident: $layout:ty = $name:literal;
        methods { $($own:tt)* }
    ) => {
        $crate::py_class! {
            $(#[doc = $doc])*
            pub $static_name: $layout = $name, base kinds::OBJECT, flags $crate::types::type_::flags::BASETYPE;
            methods {
                $($own)*
                __len__(self, /) => common::len [leaf no_raise reads];
                __getitem__(self, key, /) => common::getitem;
                __contains__(self, key, /) => common::contains;
                __add__(self, value, /) => common::add;
                __mul__(self, value, /) => common::mul; __rmul__(self, value, /) => common::mul;
                /// Return a copy of B centered in a bytes object of length width.
                center(self, width, fillchar=b" ", /) => text::center;
                /// Return a copy of B with the first byte capitalized and the rest lower-cased.
                capitalize(self, /) => text::capitalize;
                /// Return the number of non-overlapping occurrences of subsection 'sub' in bytes B[start:end].
                count(self, sub, start=None, end=None, /) => common::count;
                /// Decode the bytes using the codec registered for encoding.
                decode(self, /, encoding="utf-8", errors="strict") => $crate::types::str_codec::decode;
                /// Return True if the bytes end with the specified suffix, False otherwise.
                endswith(self, suffix, start=None, end=None, /) => common::endswith;
                /// Return a copy where all tab characters are expanded using spaces.
                expandtabs(self, /, tabsize=8) => text::expandtabs;
                /// Return the lowest index in B where subsection 'sub' is found, or -1.
                find(self, sub, start=None, end=None, /) => common::find;
                /// Create a string of hexadecimal numbers from a bytes object.
                hex(self, /, sep=None, bytes_per_sep=1) => text::hex;
                /// Return the lowest index in B where subsection 'sub' is found; ValueError if it is not.
                index(self, sub, start=None, end=None, /) => common::index;
                /// Return True if all characters in B are alphanumeric and there is at least one character in B.
                isalnum(self, /) => text::isalnum [leaf no_raise];
                /// Return True if all characters in B are alphabetic and there is at least one character in B.
                isalpha(self, /) => text::isalpha [leaf no_raise];
                /// Return True if B is empty or all characters in B are ASCII, False otherwise.
                isascii(self, /) => text::isascii [leaf no_raise];
                /// Return True if all characters in B are digits and there is at least one character in B.
                isdigit(self, /) => text::isdigit [leaf no_raise];
                /// Return True if all cased characters in B are lowercase and there is at least one of them.
                islower(self, /) => text::islower [leaf no_raise];
                /// Return True if all characters in B are whitespace and there is at least one character in B.
                isspace(self, /) => text::isspace [leaf no_raise];
                /// Return True if B is a titlecased string and there is at least one character in B.
                istitle(self, /) => text::istitle [leaf no_raise];
                /// Return True if all cased characters in B are uppercase and there is at least one of them.
                isupper(self, /) => text::isupper [leaf no_raise];
                /// Concatenate any number of bytes objects, with B between them.
                join(self, iterable_of_bytes, /) => common::join;
                /// Return a left-justified copy of B of length width.
                ljust(self, width, fillchar=b" ", /) => text::ljust;
                /// Return a copy of B with all ASCII characters converted to lowercase.
                lower(self, /) => text::lower;
                /// Strip leading bytes contained in the argument.
                lstrip(self, bytes=None, /) => common::lstrip;
                /// Return a translation table usable for the bytes or bytearray translate method.
                @staticmethod maketrans(frm, to, /) => text::maketrans;
                /// Partition the bytes into three parts using the given separator.
                partition(self, sep, /) => common::partition;
                /// Return an object with the given prefix removed if present.
                removeprefix(self, prefix, /) => common::removeprefix;
                /// Return an object with the given suffix removed if present.
                removesuffix(self, suffix, /) => common::removesuffix;
                /// Return a copy with all occurrences of subsection old replaced by new.
                replace(self, old, new, count=-1, /) => common::replace;
                /// Return the highest index in B where subsection 'sub' is found, or -1.
                rfind(self, sub, start=None, end=None, /) => common::rfind;
                /// Return the highest index in B where subsection 'sub' is found; ValueError if it is not.
                rindex(self, sub, start=None, end=None, /) => common::rindex;
                /// Return a right-justified copy of B of length width.
                rjust(self, width, fillchar=b" ", /) => text::rjust;
                /// Partition the bytes into three parts using the given separator, from the end.
                rpartition(self, sep, /) => common::rpartition;
                /// Return a list of the sections in the bytes, using sep as the delimiter, from the end.
                rsplit(self, /, sep=None, maxsplit=-1) => common::rsplit;
                /// Strip trailing bytes contained in the argument.
                rstrip(self, bytes=None, /) => common::rstrip;
                /// Return a list of the sections in the bytes, using sep as the delimiter.
                split(self, /, sep=None, maxsplit=-1) => common::split;
                /// Return a list of the lines in the bytes, breaking at line boundaries.
                splitlines(self, /, keepends=False) => common::splitlines;
                /// Return True if the bytes start with the specified prefix, False otherwise.
                startswith(self, prefix, start=None, end=None, /) => common::startswith;
                /// Strip leading and trailing bytes contained in the argument.
                strip(self, bytes=None, /) => common::strip;
                /// Return a copy of B with uppercase ASCII characters converted to lowercase and vice versa.
                swapcase(self, /) => text::swapcase;
                /// Return a titlecased version of B.
                title(self, /) => text::title;
                /// Return a copy with each character mapped by the given translation table.
                translate(self, table, /, delete=b"") => text::translate;
                /// Return a copy of B with all ASCII characters converted to uppercase.
                upper(self, /) => text::upper;
                /// Pad a numeric string B with zeros on the left, to fill a field of the given width.
                zfill(self, width, /) => text::zfill;
                /// Return a buffer object that exposes the underlying memory of the object.
                __buffer__(self, flags, /) => $crate::types::memoryview_methods::lend;
            }
        }
    };
}
