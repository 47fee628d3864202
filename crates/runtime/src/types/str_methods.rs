//! `str`: the Python-visible part. Formatting is in `str_format`, encoding in
//! `str_codec`; what the methods do to the text itself is in [`crate::unicode`].

use pyjit_heap::{Gc, Value};

use super::str_::{Str, byte_offset, count_chars, empty};
use super::str_search as find;
use super::str_storage as storage;
use super::str_text as text;
use crate::core::ops::{self, Cmp};
use crate::core::special::Special;
use crate::core::thread::{R, Thread};
use crate::core::{errors, kinds};
use crate::types::slice::{self, Slice};
use crate::types::tuple::Tuple;
use crate::types::tuple_methods::repeat_count;
use crate::types::type_::{Type, class_of, flags, of_kind, type_name};
use crate::types::{int, iterators, str_codec, str_format};
use crate::unicode::search;
use crate::unicode::{self, wtf8};

type S = Gc<Str>;

fn new(
    t: &Thread,
    class: Gc<Type>,
    object: Option<Value>,
    encoding: Option<Value>,
    errors_: Option<Value>,
) -> R<Value> {
    let s = match (object, encoding, errors_) {
        (None, ..) => empty(),
        (Some(o), None, None) => ops::str(t, o)?,
        (Some(o), e, h) => str_codec::decode_object(t, o, e, h)?,
    };
    if class == of_kind(kinds::STR) {
        // `str(x)` of a subclass instance may give the instance itself.
        return Ok(s.value());
    }
    Str::with_class(t, class, s).map(Gc::value)
}

/// Bytes `r` of `s`.
pub fn piece(s: S, r: std::ops::Range<usize>) -> S {
    let nchars = if s.is_ascii() {
        r.len()
    } else {
        count_chars(&s.bytes()[r.clone()])
    };
    part(s, r, nchars)
}
/// Bytes `r` of `s`, which are `nchars` characters.
fn part(s: S, r: std::ops::Range<usize>, nchars: usize) -> S {
    match nchars {
        _ if r.len() == s.byte_len() && s.header().shape_id() == kinds::STR => s,
        0 => empty(),
        1 => Str::one_char(&s.bytes()[r]),
        _ => storage::slice(s, r.start, r.end, nchars),
    }
}
/// A string made from part of (or from the same alphabet as) `of`.
pub(super) fn make(of: S, bytes: &[u8]) -> S {
    match bytes.len() {
        0 => empty(),
        1 => Str::one_char(bytes),
        n if of.is_ascii() => Str::build(bytes, n),
        _ => Str::from_wtf8(bytes),
    }
}

fn len(_t: &Thread, this: S) -> usize {
    this.len()
}
fn str(_t: &Thread, this: S) -> S {
    if this.header().shape_id() == kinds::STR {
        this
    } else {
        Str::build(this.bytes(), this.len())
    }
}
fn repr(_t: &Thread, this: S) -> S {
    let mut out = Vec::with_capacity(this.bytes().len() + 2);
    unicode::push_str_repr(&mut out, this.bytes());
    Str::from_wtf8(&out)
}
fn hash(_t: &Thread, this: S) -> i64 {
    this.hash()
}
fn compare(_t: &Thread, cmp: Cmp, a: S, b: Value) -> R<Value> {
    let Some(b) = b.cast::<Str>() else {
        return Ok(Value::NOT_IMPLEMENTED);
    };
    Ok(Value::bool(match cmp {
        Cmp::Eq => a.same(&b),
        Cmp::Ne => !a.same(&b),
        _ => cmp.of(a.bytes().cmp(b.bytes())),
    }))
}
crate::comparisons!(S, compare);

/// `a + b`.
pub fn concat(t: &Thread, a: S, b: S) -> R<S> {
    let (x, y) = (a.bytes(), b.bytes());
    if y.is_empty() {
        return Ok(str(t, a));
    }
    if x.is_empty() {
        return Ok(str(t, b));
    }
    storage::concat(t, a, b)
}
fn add(t: &Thread, a: S, b: Value) -> R<Value> {
    match b.cast::<Str>() {
        Some(b) => concat(t, a, b).map(Gc::value),
        None => {
            let m = format!("can only concatenate str (not \"{}\") to str", type_name(b));
            Err(errors::type_error(t, m))
        }
    }
}
fn mul(t: &Thread, a: S, n: Value) -> R<Value> {
    let Some(n) = repeat_count(t, n)? else {
        return Ok(Value::NOT_IMPLEMENTED);
    };
    let size = a.byte_len();
    let Some(total) = size.checked_mul(n).filter(|b| *b < 1 << 46) else {
        return Err(errors::memory_error(t));
    };
    if n == 1 {
        return Ok(str(t, a).value());
    }
    if total == 0 {
        return Ok(empty().value());
    }
    let text = a.bytes();
    let made = Str::filled(t, total, a.len() * n, |out| match text {
        [byte] => out.fill(*byte),
        _ => out
            .chunks_exact_mut(size)
            .for_each(|c| c.copy_from_slice(text)),
    })?;
    Ok(made.value())
}

/// Character `i < len`.
#[inline]
pub fn char_at(s: S, i: usize) -> S {
    let at = if s.is_ascii() { i } else { byte_offset(&s, i) };
    let bytes = s.bytes();
    let n = super::str_::char_len(bytes[at]);
    Str::one_char(&bytes[at..at + n])
}
/// The characters of a span whose step is 1.
pub fn run(this: S, s: slice::Span) -> S {
    let start = s.start.max(0) as usize;
    let from = byte_offset(&this, start);
    let to = byte_offset(&this, start + s.count);
    part(this, from..to.max(from), s.count)
}
fn getitem(t: &Thread, this: S, key: Value) -> R<Value> {
    if let Some(s) = key.cast::<Slice>() {
        let s = slice::span(t, s, this.len())?;
        if s.step == 1 || s.count == 0 {
            return Ok(run(this, s).value());
        }
        if this.is_ascii() {
            let out: Vec<u8> = s.indices().map(|i| this.bytes()[i]).collect();
            return Ok(make(this, &out).value());
        }
        let chars: Vec<u32> = wtf8::code_points(this.bytes()).collect();
        let mut out = Vec::new();
        for i in s.indices() {
            wtf8::push(&mut out, chars[i]);
        }
        return Ok(make(this, &out).value());
    }
    if !int::is_int(key) && class_of(key).special(Special::Index).is_none() {
        let m = format!("string indices must be integers, not '{}'", type_name(key));
        return Err(errors::type_error(t, m));
    }
    let i = slice::position(t, key, this.len(), "string")?;
    Ok(char_at(this, i).value())
}
/// `x in this`.
pub fn contains(t: &Thread, this: S, x: Value) -> R<bool> {
    match x.cast::<Str>() {
        Some(x) if x.byte_len() == 1 => Ok(this.bytes().contains(&x.bytes()[0])),
        Some(x) => Ok(search::find(this.bytes(), x.bytes()).is_some()),
        None => {
            let m = format!(
                "'in <string>' requires string as left operand, not {}",
                type_name(x)
            );
            Err(errors::type_error(t, m))
        }
    }
}
fn iter(_t: &Thread, this: S) -> Value {
    iterators::str_iterator(this)
}
fn sizeof(_t: &Thread, this: S) -> usize {
    size_of::<Str>() + this.bytes().len()
}
fn getnewargs(t: &Thread, this: S) -> Gc<Tuple> {
    let _ = t;
    // A copy, as every serialiser's argument is.
    Tuple::new(&[make(this, this.bytes()).value()])
}

crate::py_class! {
    /// str(object='') -> str
    /// str(bytes_or_buffer[, encoding[, errors]]) -> str
    ///
    /// Create a new string object from the given object. If encoding or
    /// errors is specified, then the object must expose a data buffer
    /// that will be decoded using the given encoding and error handler.
    /// Otherwise, returns the result of object.__str__() (if defined)
    /// or repr(object).
    /// encoding defaults to 'utf-8'.
    /// errors defaults to 'strict'.
    pub CLASS: Str = "str", base kinds::OBJECT, flags flags::BASETYPE;
    methods {
        @staticmethod __new__(cls, object="", encoding="utf-8", errors="strict") => new;
        __len__(self, /) => len [pure no_raise]; __str__(self, /) => str; __repr__(self, /) => repr [leaf];
        __hash__(self, /) => hash [pure no_raise]; __iter__(self, /) => iter [leaf no_raise];
        __lt__(self, value, /) => lt [leaf]; __le__(self, value, /) => le [leaf]; __eq__(self, value, /) => eq [leaf];
        __ne__(self, value, /) => ne [leaf]; __gt__(self, value, /) => gt [leaf]; __ge__(self, value, /) => ge [leaf];
        __add__(self, value, /) => add [leaf]; __mul__(self, value, /) => mul; __rmul__(self, value, /) => mul;
        __mod__(self, value, /) => str_format::percent; __rmod__(self, value, /) => str_format::rpercent;
        __getitem__(self, key, /) => getitem; __contains__(self, key, /) => contains [leaf];
        /// Return a formatted version of the string as described by format_spec.
        __format__(self, format_spec, /) => str_format::format_spec;
        __sizeof__(self, /) => sizeof; __getnewargs__(self, /) => getnewargs;
        /// Return the lowest index in S where substring sub is found, or -1.
        find(self, sub, start=None, end=None, /) => find::find [leaf];
        /// Return the highest index in S where substring sub is found, or -1.
        rfind(self, sub, start=None, end=None, /) => find::rfind [leaf];
        /// Return the lowest index in S where substring sub is found; ValueError if it is not.
        index(self, sub, start=None, end=None, /) => find::index [leaf];
        /// Return the highest index in S where substring sub is found; ValueError if it is not.
        rindex(self, sub, start=None, end=None, /) => find::rindex [leaf];
        /// Return the number of non-overlapping occurrences of substring sub.
        count(self, sub, start=None, end=None, /) => find::count [leaf];
        /// Return True if the string starts with the specified prefix, False otherwise.
        startswith(self, prefix, start=None, end=None, /) => find::startswith [leaf];
        /// Return True if the string ends with the specified suffix, False otherwise.
        endswith(self, suffix, start=None, end=None, /) => find::endswith [leaf];
        /// Return a str with the given prefix string removed if present.
        removeprefix(self, prefix, /) => find::removeprefix;
        /// Return a str with the given suffix string removed if present.
        removesuffix(self, suffix, /) => find::removesuffix;
        /// Return a copy with all occurrences of substring old replaced by new.
        replace(self, old, new, /, count=-1) => find::replace [leaf];
        /// Return a list of the substrings in the string, using sep as the separator string.
        split(self, /, sep=None, maxsplit=-1) => find::split [leaf];
        /// Return a list of the substrings in the string, splitting from the end.
        rsplit(self, /, sep=None, maxsplit=-1) => find::rsplit [leaf];
        /// Return a list of the lines in the string, breaking at line boundaries.
        splitlines(self, /, keepends=False) => find::splitlines;
        /// Partition the string into three parts using the given separator.
        partition(self, sep, /) => find::partition;
        /// Partition the string into three parts using the given separator, from the end.
        rpartition(self, sep, /) => find::rpartition;
        /// Return a copy of the string with leading and trailing whitespace removed.
        strip(self, chars=None, /) => find::strip [leaf];
        /// Return a copy of the string with leading whitespace removed.
        lstrip(self, chars=None, /) => find::lstrip [leaf];
        /// Return a copy of the string with trailing whitespace removed.
        rstrip(self, chars=None, /) => find::rstrip [leaf];
        /// Concatenate any number of strings.
        join(self, iterable, /) => find::join_method;
        /// Return a copy of the string converted to uppercase.
        upper(self, /) => text::upper [leaf];
        /// Return a copy of the string converted to lowercase.
        lower(self, /) => text::lower [leaf];
        /// Return a version of the string suitable for caseless comparisons.
        casefold(self, /) => text::casefold [leaf];
        /// Return a capitalized version of the string.
        capitalize(self, /) => text::capitalize [leaf];
        /// Return a version of the string where each word is titlecased.
        title(self, /) => text::title [leaf];
        /// Convert uppercase characters to lowercase and lowercase characters to uppercase.
        swapcase(self, /) => text::swapcase [leaf];
        /// Return True if the string is an alphabetic string, False otherwise.
        isalpha(self, /) => text::isalpha [leaf no_raise];
        /// Return True if the string is a decimal string, False otherwise.
        isdecimal(self, /) => text::isdecimal [leaf no_raise];
        /// Return True if the string is a digit string, False otherwise.
        isdigit(self, /) => text::isdigit [leaf no_raise];
        /// Return True if the string is a numeric string, False otherwise.
        isnumeric(self, /) => text::isnumeric [leaf no_raise];
        /// Return True if the string is an alpha-numeric string, False otherwise.
        isalnum(self, /) => text::isalnum [leaf no_raise];
        /// Return True if the string is a whitespace string, False otherwise.
        isspace(self, /) => text::isspace [leaf no_raise];
        /// Return True if all characters in the string are printable, False otherwise.
        isprintable(self, /) => text::isprintable [leaf no_raise];
        /// Return True if the string is a valid Python identifier, False otherwise.
        isidentifier(self, /) => text::isidentifier [leaf no_raise];
        /// Return True if the string is a lowercase string, False otherwise.
        islower(self, /) => text::islower [leaf no_raise];
        /// Return True if the string is an uppercase string, False otherwise.
        isupper(self, /) => text::isupper [leaf no_raise];
        /// Return True if the string is a title-cased string, False otherwise.
        istitle(self, /) => text::istitle [leaf no_raise];
        /// Return True if all characters in the string are ASCII, False otherwise.
        isascii(self, /) => text::isascii [leaf no_raise];
        /// Return a centered string of length width.
        center(self, width, fillchar=" ", /) => text::center;
        /// Return a left-justified string of length width.
        ljust(self, width, fillchar=" ", /) => text::ljust;
        /// Return a right-justified string of length width.
        rjust(self, width, fillchar=" ", /) => text::rjust;
        /// Pad a numeric string with zeros on the left, to fill a field of the given width.
        zfill(self, width, /) => text::zfill;
        /// Return a copy where all tab characters are expanded using spaces.
        expandtabs(self, /, tabsize=8) => text::expandtabs;
        /// Replace each character in the string using the given translation table.
        translate(self, table, /) => text::translate;
        /// Return a translation table usable for str.translate().
        @staticmethod maketrans(x, y=None, z=None, /) => text::maketrans;
        /// Encode the string using the codec registered for encoding.
        encode(self, /, encoding="utf-8", errors="strict") => str_codec::encode;
        /// Return a formatted version of the string, using substitutions from args and kwargs.
        format(self, /, *args, **kwargs) => str_format::format;
        /// Return a formatted version of the string, using substitutions from mapping.
        format_map(self, mapping, /) => str_format::format_map;
    }
}
