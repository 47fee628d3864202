//! What `bytes` and `bytearray` have in common, and the row of methods that
//! both class tables begin with. Searching, splitting and layout are in
//! [`crate::unicode`].

use pyjit_heap::{Gc, Value};

use super::buffer::{self, Buffer};
use super::bytes::{ByteArray, Bytes, Like, like};
use crate::core::native::{FromArg, Position};
use crate::core::special::Special;
use crate::core::thread::{R, Thread};
use crate::core::{errors, kinds, ops};
use crate::types::exceptions::Exc;
use crate::types::list::List;
use crate::types::slice::{self, Slice};
use crate::types::tuple::Tuple;
use crate::types::tuple_methods::repeat_count;
use crate::types::type_::{class_of, type_name};
use crate::types::{int, list_methods};
use crate::unicode;
use crate::unicode::search::{self, Ends, Kind};

/// The receiver of a common method.
impl FromArg for Like {
    #[inline]
    fn from_arg(t: &Thread, v: Value, _: Position) -> R<Like> {
        like(v).ok_or_else(|| buffer::not_bytes_like(t, v))
    }
}

impl Like {
    /// A new object of the same builtin type.
    pub fn make(self, t: &Thread, data: &[u8]) -> R<Value> {
        match self {
            Like::Bytes(_) => Ok(Bytes::new(data).value()),
            Like::Array(_) => ByteArray::new(t, data).map(Gc::value),
        }
    }
    /// The object.
    pub fn value(self) -> Value {
        match self {
            Like::Bytes(b) => b.value(),
            Like::Array(b) => b.value(),
        }
    }
    /// Part of the object: itself if it is all of an exact `bytes`.
    pub fn part(self, t: &Thread, r: std::ops::Range<usize>) -> R<Value> {
        if r.len() == self.len() && self.value().shape_id() == kinds::BYTES {
            return Ok(self.value());
        }
        self.make(t, &self[r])
    }
    /// The type's name.
    pub fn name(self) -> &'static str {
        match self {
            Like::Bytes(_) => "bytes",
            Like::Array(_) => "bytearray",
        }
    }
}

pub fn len(_t: &Thread, this: Like) -> usize {
    this.len()
}
pub fn mul(t: &Thread, this: Like, n: Value) -> R<Value> {
    let Some(n) = repeat_count(t, n)? else {
        return Ok(Value::NOT_IMPLEMENTED);
    };
    if n == 1 {
        return this.part(t, 0..this.len());
    }
    let out = repeated(t, &this, n)?;
    this.make(t, &out)
}
/// `data * n`.
pub fn repeated(t: &Thread, data: &[u8], n: usize) -> R<Vec<u8>> {
    let total = data.len().checked_mul(n).filter(|b| *b < 1 << 46);
    let mut out = Vec::new();
    match total {
        Some(total) if out.try_reserve_exact(total).is_ok() => {}
        _ => return Err(errors::memory_error(t)),
    }
    for _ in 0..n {
        out.extend_from_slice(data);
    }
    Ok(out)
}
pub fn add(t: &Thread, this: Like, other: Value) -> R<Value> {
    let b = match buffer::acquire(t, other) {
        Ok(Some(b)) => b,
        Err(e) if !errors::catch(t, Exc::BufferError) => return Err(e),
        _ => {
            let m = format!(
                "can't concat {} to {}",
                type_name(other),
                type_name(this.value())
            );
            return Err(errors::type_error(t, m));
        }
    };
    if b.is_empty() {
        return this.part(t, 0..this.len());
    }
    if this.is_empty() && matches!(this, Like::Bytes(_)) && other.cast_exact::<Bytes>().is_some() {
        return Ok(other);
    }
    let out = [&this[..], &b[..]].concat();
    this.make(t, &out)
}
/// `this[key]`.
pub fn getitem(t: &Thread, this: Like, key: Value) -> R<Value> {
    if let Some(s) = key.cast::<Slice>() {
        let s = slice::unpack(t, s)?.on(this.len());
        if s.step == 1 || s.count == 0 {
            let from = (s.start.max(0) as usize).min(this.len());
            return this.part(t, from..(from + s.count).min(this.len()));
        }
        let n = this.len();
        let out: Vec<u8> = s.indices().filter(|i| *i < n).map(|i| this[i]).collect();
        return this.make(t, &out);
    }
    let i = item_position(t, this, key)?;
    Ok(Value::int(this[i] as i64))
}
/// The place that an index means.
fn item_position(t: &Thread, this: Like, key: Value) -> R<usize> {
    let is_bytes = matches!(this, Like::Bytes(_));
    if !int::is_int(key) && class_of(key).special(Special::Index).is_none() {
        let what = if is_bytes { "byte" } else { "bytearray" };
        let m = format!(
            "{what} indices must be integers or slices, not {}",
            type_name(key)
        );
        return Err(errors::type_error(t, m));
    }
    let i = match int::to_i64(ops::index(t, key)?) {
        Some(i) => i,
        None => {
            let m = format!(
                "cannot fit '{}' into an index-sized integer",
                type_name(key)
            );
            return Err(errors::index_error(t, m));
        }
    };
    let n = this.len() as i64;
    match if i < 0 { i + n } else { i } {
        at if (0..n).contains(&at) => Ok(at as usize),
        _ if is_bytes => Err(errors::index_error(t, "index out of range")),
        _ => Err(errors::index_error(t, "bytearray index out of range")),
    }
}
pub fn contains(t: &Thread, this: Like, x: Value) -> R<bool> {
    if int::is_int(x)
        || buffer::acquire(t, x)?.is_none() && class_of(x).special(Special::Index).is_some()
    {
        match byte(t, x) {
            Ok(b) => return Ok(this.contains(&b)),
            Err(_) if errors::catch(t, Exc::TypeError) => {
                return Err(buffer::not_bytes_like(t, x));
            }
            Err(e) => return Err(e),
        }
    }
    let x = buffer::bytes(t, x)?;
    Ok(search::find(&this, &x).is_some())
}
/// A byte given as an integer.
pub fn byte(t: &Thread, x: Value) -> R<u8> {
    match int::to_i64(ops::index(t, x)?) {
        Some(b @ 0..=255) => Ok(b as u8),
        _ => Err(errors::value_error(t, "byte must be in range(0, 256)")),
    }
}
pub fn repr_of(data: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(data.len() + 3);
    unicode::push_bytes_repr(&mut out, data);
    out
}

/// What to look for: a byte or bytes.
enum Needle<'t> {
    Byte([u8; 1]),
    Bytes(Buffer<'t>),
}
impl std::ops::Deref for Needle<'_> {
    type Target = [u8];
    fn deref(&self) -> &[u8] {
        match self {
            Needle::Byte(b) => b,
            Needle::Bytes(b) => b,
        }
    }
}
fn needle(t: &Thread, x: Value) -> R<Needle<'_>> {
    if let Some(b) = buffer::acquire(t, x)? {
        return Ok(Needle::Bytes(b));
    }
    if !int::is_int(x) && class_of(x).special(Special::Index).is_none() {
        let m = format!(
            "argument should be integer or bytes-like object, not '{}'",
            type_name(x)
        );
        return Err(errors::type_error(t, m));
    }
    Ok(Needle::Byte([byte(t, x)?]))
}
/// The range `start..stop`, `None` when it is empty because the start lies
/// behind the stop or the end.
fn bounds(
    t: &Thread,
    this: Like,
    start: Option<Value>,
    stop: Option<Value>,
) -> R<Option<(usize, usize)>> {
    let n = this.len();
    let beyond = start.is_some_and(|v| int::to_i64(v).is_some_and(|i| i > n as i64));
    let from = slice::clamp_bound(t, start, 0, n)?;
    let to = slice::clamp_bound(t, stop, n, n)?.min(this.len());
    Ok((!beyond && from <= to).then_some((from, to)))
}
fn locate(
    t: &Thread,
    this: Like,
    sub: Value,
    start: Option<Value>,
    stop: Option<Value>,
    f: fn(&[u8], &[u8]) -> Option<usize>,
) -> R<Option<usize>> {
    let range = bounds(t, this, start, stop)?;
    let sub = needle(t, sub)?;
    let Some((from, to)) = range else {
        return Ok(None);
    };
    let to = to.min(this.len());
    Ok(f(&this[from..to], &sub).map(|i| from + i))
}
pub fn find(
    t: &Thread,
    this: Like,
    sub: Value,
    start: Option<Value>,
    stop: Option<Value>,
) -> R<i64> {
    Ok(locate(t, this, sub, start, stop, search::find)?.map_or(-1, |i| i as i64))
}
pub fn rfind(
    t: &Thread,
    this: Like,
    sub: Value,
    start: Option<Value>,
    stop: Option<Value>,
) -> R<i64> {
    Ok(locate(t, this, sub, start, stop, search::rfind)?.map_or(-1, |i| i as i64))
}
pub fn index(
    t: &Thread,
    this: Like,
    sub: Value,
    start: Option<Value>,
    stop: Option<Value>,
) -> R<usize> {
    locate(t, this, sub, start, stop, search::find)?
        .ok_or_else(|| errors::value_error(t, "subsection not found"))
}
pub fn rindex(
    t: &Thread,
    this: Like,
    sub: Value,
    start: Option<Value>,
    stop: Option<Value>,
) -> R<usize> {
    locate(t, this, sub, start, stop, search::rfind)?
        .ok_or_else(|| errors::value_error(t, "subsection not found"))
}
pub fn count(
    t: &Thread,
    this: Like,
    sub: Value,
    start: Option<Value>,
    stop: Option<Value>,
) -> R<usize> {
    let range = bounds(t, this, start, stop)?;
    let sub = needle(t, sub)?;
    Ok(match range {
        Some((from, to)) if to <= this.len() => {
            search::count(&this[from..to], &sub, Kind::Bytes, usize::MAX)
        }
        _ => 0,
    })
}
fn affix(
    t: &Thread,
    this: Like,
    x: Value,
    range: Option<(usize, usize)>,
    name: &str,
    test: fn(&[u8], &[u8]) -> bool,
) -> R<bool> {
    let check = |v: Value| -> R<bool> {
        let b = buffer::bytes(t, v)?;
        Ok(range.is_some_and(|(from, to)| test(&this[from..to.min(this.len())], &b)))
    };
    if let Some(options) = x.cast::<Tuple>() {
        for v in options.items() {
            if check(*v)? {
                return Ok(true);
            }
        }
        return Ok(false);
    }
    if !buffer::has(x) {
        let m = format!(
            "{name} first arg must be bytes or a tuple of bytes, not {}",
            type_name(x)
        );
        return Err(errors::type_error(t, m));
    }
    check(x)
}
pub fn startswith(
    t: &Thread,
    this: Like,
    x: Value,
    start: Option<Value>,
    stop: Option<Value>,
) -> R<bool> {
    let range = bounds(t, this, start, stop)?;
    affix(t, this, x, range, "startswith", |a, b| a.starts_with(b))
}
pub fn endswith(
    t: &Thread,
    this: Like,
    x: Value,
    start: Option<Value>,
    stop: Option<Value>,
) -> R<bool> {
    let range = bounds(t, this, start, stop)?;
    affix(t, this, x, range, "endswith", |a, b| a.ends_with(b))
}
pub fn removeprefix(t: &Thread, this: Like, p: Value) -> R<Value> {
    let p = buffer::bytes(t, p)?;
    let from = if this.starts_with(&p) { p.len() } else { 0 };
    this.part(t, from..this.len())
}
pub fn removesuffix(t: &Thread, this: Like, p: Value) -> R<Value> {
    let p = buffer::bytes(t, p)?;
    let cut = if this.ends_with(&p) { p.len() } else { 0 };
    this.part(t, 0..this.len() - cut)
}
pub fn replace(t: &Thread, this: Like, old: Value, new: Value, count: Option<i64>) -> R<Value> {
    let (old, new) = (buffer::bytes(t, old)?, buffer::bytes(t, new)?);
    let mut out = Vec::new();
    let max = limit(count.unwrap_or(-1));
    if max == 0 || search::replace(&mut out, &this, (&old, &new), Kind::Bytes, max) == 0 {
        return this.part(t, 0..this.len());
    }
    this.make(t, &out)
}
fn limit(n: i64) -> usize {
    if n < 0 { usize::MAX } else { n as usize }
}
fn pieces(
    t: &Thread,
    this: Like,
    ranges: impl Iterator<Item = std::ops::Range<usize>>,
) -> R<Gc<List>> {
    let l = List::new();
    for r in ranges {
        let part = this.part(t, r)?;
        l.push(t, part)?;
    }
    Ok(l)
}
fn separator<'t>(t: &'t Thread, sep: Option<Value>) -> R<Option<Buffer<'t>>> {
    let Some(sep) = sep.filter(|s| !s.is_none()) else {
        return Ok(None);
    };
    let b = buffer::bytes(t, sep)?;
    if b.is_empty() {
        return Err(errors::value_error(t, "empty separator"));
    }
    Ok(Some(b))
}
pub fn split(t: &Thread, this: Like, sep: Option<Value>, maxsplit: Option<i64>) -> R<Gc<List>> {
    let max = limit(maxsplit.unwrap_or(-1));
    match separator(t, sep)? {
        None => pieces(t, this, search::split_space(&this, Kind::Bytes, max)),
        Some(s) => pieces(t, this, search::split(&this, &s, max)),
    }
}
pub fn rsplit(t: &Thread, this: Like, sep: Option<Value>, maxsplit: Option<i64>) -> R<Gc<List>> {
    let max = limit(maxsplit.unwrap_or(-1));
    let mut r: Vec<std::ops::Range<usize>> = match separator(t, sep)? {
        None => search::rsplit_space(&this, Kind::Bytes, max).collect(),
        Some(s) => search::rsplit(&this, &s, max).collect(),
    };
    r.reverse();
    pieces(t, this, r.into_iter())
}
pub fn splitlines(t: &Thread, this: Like, keepends: Option<bool>) -> R<Gc<List>> {
    pieces(
        t,
        this,
        search::split_lines(&this, Kind::Bytes, keepends.unwrap_or(false)),
    )
}
fn partition_at(
    t: &Thread,
    this: Like,
    at: Option<usize>,
    (sep, sep_len): (Value, usize),
    last: bool,
) -> R<Gc<Tuple>> {
    let empty = |t| this.make(t, b"");
    let parts = match at {
        Some(i) => [
            this.make(t, &this[..i])?,
            sep,
            this.make(t, &this[i + sep_len..])?,
        ],
        None if last => [empty(t)?, empty(t)?, this.part(t, 0..this.len())?],
        None => [this.part(t, 0..this.len())?, empty(t)?, empty(t)?],
    };
    Ok(Tuple::new(&parts))
}
fn partition_with(t: &Thread, this: Like, sep: Value, last: bool) -> R<Gc<Tuple>> {
    let Some(s) = separator(t, Some(sep))? else {
        return Err(buffer::not_bytes_like(t, sep));
    };
    let at = if last {
        search::rfind(&this, &s)
    } else {
        search::find(&this, &s)
    };
    // The separator of a bytearray's parts is a bytearray.
    let shown = match this {
        Like::Bytes(_) => sep,
        Like::Array(_) => this.make(t, &s)?,
    };
    partition_at(t, this, at, (shown, s.len()), last)
}
pub fn partition(t: &Thread, this: Like, sep: Value) -> R<Gc<Tuple>> {
    partition_with(t, this, sep, false)
}
pub fn rpartition(t: &Thread, this: Like, sep: Value) -> R<Gc<Tuple>> {
    partition_with(t, this, sep, true)
}
fn strip_with(t: &Thread, this: Like, set: Option<Value>, ends: Ends) -> R<Value> {
    let set = match set.filter(|c| !c.is_none()) {
        None => None,
        Some(c) => Some(buffer::bytes(t, c)?),
    };
    let r = search::strip(&this, Kind::Bytes, set.as_deref(), ends);
    this.part(t, r)
}
pub fn strip(t: &Thread, this: Like, set: Option<Value>) -> R<Value> {
    strip_with(t, this, set, Ends::Both)
}
pub fn lstrip(t: &Thread, this: Like, set: Option<Value>) -> R<Value> {
    strip_with(t, this, set, Ends::Left)
}
pub fn rstrip(t: &Thread, this: Like, set: Option<Value>) -> R<Value> {
    strip_with(t, this, set, Ends::Right)
}

pub fn join(t: &Thread, this: Like, items: Value) -> R<Value> {
    let list = match items.cast_exact::<List>() {
        Some(l) => l,
        None => {
            let c = class_of(items);
            if c.special(Special::Iter).is_none() && c.special(Special::Getitem).is_none() {
                return Err(errors::type_error(t, "can only join an iterable"));
            }
            list_methods::from_iterable(t, items)?
        }
    };
    if let ([one], Like::Bytes(_)) = (list.items(), this)
        && one.cast_exact::<Bytes>().is_some()
    {
        return Ok(*one);
    }
    let mut out = Vec::new();
    let mut i = 0;
    while i < list.len() {
        let v = list.get(i);
        let Some(b) = buffer::acquire(t, v)? else {
            let m = format!(
                "sequence item {i}: expected a bytes-like object, {} found",
                type_name(v)
            );
            return Err(errors::type_error(t, m));
        };
        if i > 0 {
            out.extend_from_slice(&this);
        }
        out.extend_from_slice(&b);
        i += 1;
    }
    this.make(t, &out)
}
