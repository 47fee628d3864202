//! `bytes`: construction and what `bytearray` does differently. The common
//! methods are in `bytes_common`.

use pyjit_heap::{Gc, Value};

use super::buffer;
use super::bytes::Bytes;
use super::bytes_common as common;
use super::bytes_text as text;
use super::percent::{self, Flavour};
use super::str_::{Str, hash_bytes};
use crate::core::ops::{self, Cmp};
use crate::core::special::Special;
use crate::core::thread::{R, Thread};
use crate::core::{call, errors, kinds};
use crate::types::exceptions::Exc;
use crate::types::list::List;
use crate::types::tuple::Tuple;
use crate::types::type_::{Type, class_of, of_kind, type_name};
use crate::types::{int, iterators, str_codec};

type B = Gc<Bytes>;

/// What the arguments of `bytes(...)` and `bytearray(...)` stand for.
pub enum Content {
    Object(B),
    Owned(Vec<u8>),
}

impl std::ops::Deref for Content {
    type Target = [u8];
    fn deref(&self) -> &[u8] {
        match self {
            Content::Object(b) => b.bytes(),
            Content::Owned(v) => v,
        }
    }
}

/// Evaluates the arguments of a constructor of class `name`.
pub fn content(
    t: &Thread,
    source: Option<Value>,
    encoding: Option<Value>,
    errors_: Option<Value>,
    name: &str,
) -> R<Content> {
    let string = source.and_then(|s| s.cast::<Str>());
    for (v, what) in [(encoding, "encoding"), (errors_, "errors")] {
        if let Some(v) = v.filter(|v| v.cast::<Str>().is_none()) {
            let m = format!(
                "{name}() argument '{what}' must be str, not {}",
                crate::types::type_::shown_type(v)
            );
            return Err(errors::type_error(t, m));
        }
    }
    if encoding.is_some() || errors_.is_some() {
        let m = match (string, encoding) {
            (Some(_), None) => "string argument without an encoding",
            (Some(s), e) => {
                let v = str_codec::encode(t, s, e, errors_)?;
                return Ok(Content::Object(Gc::from_value(v)));
            }
            (None, Some(_)) => "encoding without a string argument",
            (None, None) => "errors without a string argument",
        };
        return Err(errors::type_error(t, m));
    }
    let Some(source) = source else {
        return Ok(Content::Owned(Vec::new()));
    };
    if let Some(b) = source.cast_exact::<Bytes>() {
        return Ok(Content::Object(b));
    }
    if name == "bytes"
        && let Some(b) = from_special(t, source)?
    {
        return Ok(Content::Object(b));
    }
    if string.is_some() {
        return Err(errors::type_error(t, "string argument without an encoding"));
    }
    if int::is_int(source) || class_of(source).special(Special::Index).is_some() {
        match zeros(t, source) {
            Err(_) if !int::is_int(source) && errors::catch(t, Exc::TypeError) => {}
            r => return r.map(Content::Owned),
        }
    }
    from_object(t, source, name).map(Content::Owned)
}

/// As many zeros as `n` says.
fn zeros(t: &Thread, n: Value) -> R<Vec<u8>> {
    let n = ops::index(t, n)?;
    if int::is_negative(n) {
        return Err(errors::value_error(t, "negative count"));
    }
    let Some(n) = int::to_i64(n) else {
        return Err(errors::overflow_error(
            t,
            "cannot fit 'int' into an index-sized integer",
        ));
    };
    zeroed(t, n as usize)
}

/// `n` zeros, or `MemoryError`.
pub fn zeroed(t: &Thread, n: usize) -> R<Vec<u8>> {
    let mut out = Vec::new();
    if out.try_reserve_exact(n).is_err() {
        return Err(errors::memory_error(t));
    }
    out.resize(n, 0);
    Ok(out)
}

/// The bytes of a buffer or of an iterable of integers.
pub fn from_object(t: &Thread, source: Value, name: &str) -> R<Vec<u8>> {
    if let Some(b) = buffer::copy(t, source)? {
        return Ok(b);
    }
    let c = class_of(source);
    if source.cast::<Str>().is_some()
        || c.special(Special::Iter).is_none() && c.special(Special::Getitem).is_none()
    {
        let m = format!("cannot convert '{}' object to {name}", type_name(source));
        return Err(errors::type_error(t, m));
    }
    from_iterable(t, source, name)
}

/// The bytes of an iterable of integers.
pub fn from_iterable(t: &Thread, source: Value, name: &str) -> R<Vec<u8>> {
    let mut out = Vec::new();
    if let Some(l) = source.cast_exact::<List>() {
        out.reserve(l.len());
    }
    ops::for_each(t, source, |v| {
        let i = if v.is_int() {
            Some(v.as_int())
        } else {
            int::to_i64(ops::index(t, v)?)
        };
        match i {
            Some(b @ 0..=255) => out.push(b as u8),
            _ => {
                let what = if name == "bytes" { "bytes" } else { "byte" };
                return Err(errors::value_error(
                    t,
                    format!("{what} must be in range(0, 256)"),
                ));
            }
        }
        Ok(())
    })?;
    Ok(out)
}

/// `bytes(source)` for anything but an int or a str.
pub fn to_bytes(t: &Thread, source: Value) -> R<B> {
    if let Some(b) = source.cast_exact::<Bytes>() {
        return Ok(b);
    }
    if let Some(b) = from_special(t, source)? {
        return Ok(b);
    }
    Ok(Bytes::new(&from_object(t, source, "bytes")?))
}

/// The result of `v.__bytes__()`, if there is such a method.
pub fn from_special(t: &Thread, v: Value) -> R<Option<B>> {
    let Some(r) = call::call_special(t, v, Special::Bytes, &[]) else {
        return Ok(None);
    };
    let v = r?;
    v.cast::<Bytes>().map(Some).ok_or_else(|| {
        let m = format!("__bytes__ returned non-bytes (type {})", type_name(v));
        errors::type_error(t, m)
    })
}

fn new(
    t: &Thread,
    class: Gc<Type>,
    source: Option<Value>,
    encoding: Option<Value>,
    errors_: Option<Value>,
) -> R<Value> {
    let c = content(t, source, encoding, errors_, "bytes")?;
    if class != of_kind(kinds::BYTES) {
        return Bytes::with_class(t, class, &c).map(Gc::value);
    }
    Ok(match c {
        Content::Object(b) => b.value(),
        Content::Owned(v) => Bytes::new(&v).value(),
    })
}
fn repr(_t: &Thread, this: B) -> Gc<Str> {
    let out = common::repr_of(this.bytes());
    Str::build(&out, out.len())
}
fn str(t: &Thread, this: B) -> R<Gc<Str>> {
    bytes_warning(t, "str() on a bytes instance")?;
    Ok(repr(t, this))
}
/// `BytesWarning` under `-b`.
pub fn bytes_warning(t: &Thread, message: &str) -> R<()> {
    use crate::core::{attr, modules};
    let Some(flags) = modules::sys_attr("flags") else {
        return Ok(());
    };
    let level = attr::get(t, flags, super::str_::intern("bytes_warning"))?;
    if level.is_int() && level.as_int() > 0 {
        crate::core::warn::warn(t, Exc::BytesWarning, message)?;
    }
    Ok(())
}
fn hash(_t: &Thread, this: B) -> i64 {
    if this.hash.get() == 0 {
        this.hash.set(hash_bytes(this.bytes()));
    }
    this.hash.get()
}
fn compare(t: &Thread, cmp: Cmp, a: B, b: Value) -> R<Value> {
    let Some(b) = b.cast::<Bytes>() else {
        if matches!(cmp, Cmp::Eq | Cmp::Ne) && b.cast::<Str>().is_some() {
            bytes_warning(t, "Comparison between bytes and string")?;
        } else if matches!(cmp, Cmp::Eq | Cmp::Ne) && int::is_int(b) {
            bytes_warning(t, "Comparison between bytes and int")?;
        }
        return Ok(Value::NOT_IMPLEMENTED);
    };
    Ok(Value::bool(match cmp {
        Cmp::Eq => a.bytes() == b.bytes(),
        Cmp::Ne => a.bytes() != b.bytes(),
        _ => cmp.of(a.bytes().cmp(b.bytes())),
    }))
}
crate::comparisons!(B, compare);

fn iter(_t: &Thread, this: B) -> Value {
    iterators::bytes_iterator(this.value(), kinds::BYTES_ITERATOR)
}
fn exact(t: &Thread, this: B) -> R<Value> {
    let _ = t;
    Ok(if this.header().shape_id() == kinds::BYTES {
        this.value()
    } else {
        Bytes::new(this.bytes()).value()
    })
}
fn getnewargs(t: &Thread, this: B) -> R<Gc<Tuple>> {
    Ok(Tuple::new(&[exact(t, this)?]))
}
fn sizeof(_t: &Thread, this: B) -> usize {
    size_of::<Bytes>() + this.len()
}
fn fromhex(t: &Thread, class: Gc<Type>, source: Value) -> R<Value> {
    let b = Bytes::new(&text::from_hex(t, source)?).value();
    if class == of_kind(kinds::BYTES) {
        return Ok(b);
    }
    call::call(t, class.value(), &[b])
}
fn percent(t: &Thread, this: B, args: Value) -> R<B> {
    let mut out = Vec::with_capacity(this.len() + 32);
    percent::format(t, &mut out, this.bytes(), args, Flavour::Bytes)?;
    Ok(Bytes::new(&out))
}
fn rpercent(t: &Thread, this: B, template: Value) -> R<Value> {
    match template.cast::<Bytes>() {
        Some(b) => percent(t, b, this.value()).map(Gc::value),
        None => Ok(Value::NOT_IMPLEMENTED),
    }
}

crate::bytes_class! {
    /// bytes(iterable_of_ints) -> bytes
    /// bytes(string, encoding[, errors]) -> bytes
    /// bytes(bytes_or_buffer) -> immutable copy of bytes_or_buffer
    /// bytes(int) -> bytes object of size given by the parameter initialized with null bytes
    /// bytes() -> empty bytes object
    ///
    /// Construct an immutable array of bytes from:
    ///   - an iterable yielding integers in range(256)
    ///   - a text string encoded using the specified encoding
    ///   - any object implementing the buffer API.
    ///   - an integer
    pub CLASS: Bytes = "bytes";
    methods {
        @staticmethod __new__(cls, source=b"", encoding="utf-8", errors="strict") => new;
        __repr__(self, /) => repr; __str__(self, /) => str; __hash__(self, /) => hash [pure no_raise];
        __iter__(self, /) => iter [leaf no_raise];
        __lt__(self, value, /) => lt; __le__(self, value, /) => le; __eq__(self, value, /) => eq;
        __ne__(self, value, /) => ne; __gt__(self, value, /) => gt; __ge__(self, value, /) => ge;
        __mod__(self, value, /) => percent; __rmod__(self, value, /) => rpercent;
        /// Convert this value to exact type bytes.
        __bytes__(self, /) => exact;
        __getnewargs__(self, /) => getnewargs; __sizeof__(self, /) => sizeof;
        /// Create a bytes object from a string of hexadecimal numbers.
        @classmethod fromhex(cls, string, /) => fromhex;
    }
}
