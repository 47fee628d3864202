//! Arrays as sequences: items, slices, search, order.

use pyjit_heap::{Gc, Value};
use pyjit_runtime::core::errors;
use pyjit_runtime::core::ops::{self, Cmp};
use pyjit_runtime::core::special::Special;
use pyjit_runtime::types::int;
use pyjit_runtime::types::list::List;
use pyjit_runtime::types::slice::{self, Slice, Span};
use pyjit_runtime::types::str_::push_lossless;
use pyjit_runtime::types::tuple_methods::repeat_count;
use pyjit_runtime::types::type_::{class_of, type_name};
use pyjit_runtime::{R, Thread};

use super::{A, Array, bytes, plain};

pub fn append(t: &Thread, this: A, v: Value) -> R<()> {
    this.push(t, v)
}
pub fn clear(t: &Thread, this: A) -> R<()> {
    this.splice(t, 0, this.len(), &[])
}
pub fn len(_t: &Thread, this: A) -> usize {
    this.len()
}
/// The first item from `from` on that equals `v`, below `to`.
fn find(t: &Thread, this: A, v: Value, from: usize, to: usize) -> R<Option<usize>> {
    let mut i = from;
    while i < to.min(this.len()) {
        let x = this.get(t, i)?;
        if ops::same_or_eq(t, x, v)? {
            return Ok(Some(i));
        }
        i += 1;
    }
    Ok(None)
}
pub fn count(t: &Thread, this: A, v: Value) -> R<usize> {
    let (mut n, mut from) = (0, 0);
    while let Some(i) = find(t, this, v, from, usize::MAX)? {
        n += 1;
        from = i + 1;
    }
    Ok(n)
}
pub fn contains(t: &Thread, this: A, v: Value) -> R<bool> {
    Ok(find(t, this, v, 0, usize::MAX)?.is_some())
}
pub fn index(t: &Thread, this: A, v: Value, start: Option<Value>, stop: Option<Value>) -> R<usize> {
    let n = this.len();
    let from = slice::index_bound(t, start, 0, n)?;
    // The array may grow while items are compared.
    let to = match stop {
        None => usize::MAX,
        Some(_) => slice::index_bound(t, stop, n, n)?,
    };
    find(t, this, v, from, to)?
        .ok_or_else(|| errors::value_error(t, "array.index(x): x not in array"))
}
pub fn remove(t: &Thread, this: A, v: Value) -> R<()> {
    match find(t, this, v, 0, usize::MAX)? {
        Some(i) if i < this.len() => this.splice(t, i, i + 1, &[]),
        _ => Err(errors::value_error(t, "array.remove(x): x not in array")),
    }
}
pub fn insert(t: &Thread, this: A, index: i64, v: Value) -> R<()> {
    let n = this.len() as i64;
    let i = if index < 0 {
        (index + n).max(0)
    } else {
        index.min(n)
    };
    this.insert_item(t, i as usize, v)
}
pub fn pop(t: &Thread, this: A, index: Option<i64>) -> R<Value> {
    let (n, i) = (this.len() as i64, index.unwrap_or(-1));
    if n == 0 {
        return Err(errors::index_error(t, "pop from empty array"));
    }
    let i = if i < 0 { i + n } else { i };
    if !(0..n).contains(&i) {
        return Err(errors::index_error(t, "pop index out of range"));
    }
    let (i, v) = (i as usize, this.get(t, i as usize)?);
    this.splice(t, i, i + 1, &[])?;
    Ok(v)
}
pub fn reverse(_t: &Thread, this: A) {
    let n = this.code().size;
    let storage = this.storage();
    let all = storage.bytes_mut();
    all.reverse();
    all.chunks_exact_mut(n).for_each(<[u8]>::reverse);
}
pub fn tolist(t: &Thread, this: A) -> R<Gc<List>> {
    let l = List::new();
    l.reserve(t, this.len())?;
    for i in 0..this.len() {
        l.push(t, this.get(t, i)?)?;
    }
    Ok(l)
}
/// All items of a list, or none.
pub fn extend_list(t: &Thread, this: A, l: Gc<List>) -> R<()> {
    let size = this.code().size;
    let mut data = Vec::with_capacity(l.len() * size);
    let n = l.len();
    for i in 0..n {
        let word = this.code().pack(t, l.get(i))?;
        data.extend_from_slice(&word.to_ne_bytes()[..size]);
        if l.len() != n {
            let m = "list changed size during iteration";
            return Err(errors::runtime_error(t, m));
        }
    }
    this.splice(t, this.len(), this.len(), &data)
}
pub fn fromlist(t: &Thread, this: A, l: Value) -> R<()> {
    match l.cast::<List>() {
        Some(l) => extend_list(t, this, l),
        None => Err(errors::type_error(t, "arg must be list")),
    }
}
pub fn extend(t: &Thread, this: A, v: Value) -> R<()> {
    let Some(other) = v.cast::<Array>() else {
        return ops::for_each(t, v, |x| this.push(t, x));
    };
    if other.code() != this.code() {
        let m = "can only extend with array of same kind";
        return Err(errors::type_error(t, m));
    }
    this.splice(t, this.len(), this.len(), &other.to_vec())
}

/// An index, or an error about `what`.
fn position(t: &Thread, this: A, key: Value, what: &str) -> R<usize> {
    if !int::is_int(key) && class_of(key).special(Special::Index).is_none() {
        return Err(errors::type_error(t, "array indices must be integers"));
    }
    slice::position(t, key, this.len(), what)
}
/// The bytes that a slice selects.
fn select(this: A, span: Span) -> Vec<u8> {
    let n = this.code().size;
    let storage = this.storage();
    let all = storage.bytes();
    if span.step == 1 {
        let from = span.start as usize * n;
        return all[from..from + span.count * n].to_vec();
    }
    let parts = span.indices().map(|i| &all[i * n..i * n + n]);
    parts.collect::<Vec<_>>().concat()
}
pub fn getitem(t: &Thread, this: A, key: Value) -> R<Value> {
    if let Some(s) = key.cast::<Slice>() {
        let span = slice::unpack(t, s)?.on(this.len());
        return Ok(plain(t, this.code(), &select(this, span))?.value());
    }
    let i = position(t, this, key, "array")?;
    this.get(t, i)
}
pub fn setitem(t: &Thread, this: A, key: Value, v: Value) -> R<()> {
    if let Some(s) = key.cast::<Slice>() {
        return set_slice(t, this, s, v);
    }
    let i = position(t, this, key, "array assignment")?;
    let word = this.code().pack(t, v)?;
    let put = |slot: &mut [u8]| {
        let n = slot.len();
        slot.copy_from_slice(&word.to_ne_bytes()[..n]);
    };
    match this.with_slot(i, put) {
        Some(()) => Ok(()),
        // The array was shortened by `__index__`.
        None => Err(errors::index_error(
            t,
            "array assignment index out of range",
        )),
    }
}
fn set_slice(t: &Thread, this: A, s: Gc<Slice>, v: Value) -> R<()> {
    let bounds = slice::unpack(t, s)?;
    let Some(other) = v.cast::<Array>() else {
        let m = format!(
            "can only assign array (not \"{}\") to array slice",
            type_name(v)
        );
        return Err(errors::type_error(t, m));
    };
    if other.code() != this.code() {
        let m = "bad argument type for built-in operation";
        return Err(errors::type_error(t, m));
    }
    let (n, data) = (this.code().size, other.to_vec());
    let span = bounds.on(this.len());
    if span.step == 1 {
        let from = span.start as usize;
        return this.splice(t, from, from + span.count, &data);
    }
    if data.is_empty() {
        return delete(t, this, span);
    }
    if data.len() / n != span.count {
        let m = format!(
            "attempt to assign array of size {} to extended slice of size {}",
            data.len() / n,
            span.count
        );
        return Err(errors::value_error(t, m));
    }
    let storage = this.storage();
    let all = storage.bytes_mut();
    for (i, item) in span.indices().zip(data.chunks_exact(n)) {
        all[i * n..i * n + n].copy_from_slice(item);
    }
    Ok(())
}
/// Removes the items of a slice.
fn delete(t: &Thread, this: A, span: Span) -> R<()> {
    if span.count == 0 {
        return Ok(());
    }
    if span.step == 1 {
        let from = span.start as usize;
        return this.splice(t, from, from + span.count, &[]);
    }
    let (n, old) = (this.code().size, this.to_vec());
    let mut gone: Vec<usize> = span.indices().collect();
    gone.sort_unstable();
    let mut rest = Vec::with_capacity(old.len());
    let mut from = 0;
    for i in gone {
        rest.extend_from_slice(&old[from..i * n]);
        from = (i + 1) * n;
    }
    rest.extend_from_slice(&old[from..]);
    this.splice(t, 0, this.len(), &rest)
}
pub fn delitem(t: &Thread, this: A, key: Value) -> R<()> {
    if let Some(s) = key.cast::<Slice>() {
        let span = slice::unpack(t, s)?.on(this.len());
        return delete(t, this, span);
    }
    let i = position(t, this, key, "array assignment")?;
    this.splice(t, i, i + 1, &[])
}

pub fn add(t: &Thread, this: A, other: Value) -> R<A> {
    let Some(b) = other.cast::<Array>() else {
        let m = format!(
            "can only append array (not \"{}\") to array",
            type_name(other)
        );
        return Err(errors::type_error(t, m));
    };
    if b.code() != this.code() {
        let m = "bad argument type for built-in operation";
        return Err(errors::type_error(t, m));
    }
    let mut data = this.to_vec();
    data.extend_from_slice(b.storage().bytes());
    plain(t, this.code(), &data)
}
pub fn iadd(t: &Thread, this: A, other: Value) -> R<A> {
    if other.cast::<Array>().is_none() {
        let m = format!(
            "can only extend array with array (not \"{}\")",
            type_name(other)
        );
        return Err(errors::type_error(t, m));
    }
    extend(t, this, other)?;
    Ok(this)
}
/// The bytes of the array, repeated.
fn repeated(t: &Thread, this: A, n: usize) -> R<Vec<u8>> {
    let total = this.storage().len.get().checked_mul(n);
    let mut data = Vec::new();
    match total.filter(|n| *n < 1 << 46) {
        Some(total) if data.try_reserve_exact(total).is_ok() => {}
        _ => return Err(errors::memory_error(t)),
    }
    for _ in 0..if total == Some(0) { 0 } else { n } {
        data.extend_from_slice(this.storage().bytes());
    }
    Ok(data)
}
pub fn mul(t: &Thread, this: A, n: Value) -> R<Value> {
    match repeat_count(t, n)? {
        Some(n) => Ok(plain(t, this.code(), &repeated(t, this, n)?)?.value()),
        None => Ok(Value::NOT_IMPLEMENTED),
    }
}
pub fn imul(t: &Thread, this: A, n: Value) -> R<Value> {
    let Some(n) = repeat_count(t, n)? else {
        return Ok(Value::NOT_IMPLEMENTED);
    };
    if n != 1 && this.len() > 0 {
        let data = repeated(t, this, n)?;
        this.splice(t, 0, this.len(), &data)?;
    }
    Ok(this.value())
}
fn compare(t: &Thread, cmp: Cmp, a: A, b: Value) -> R<Value> {
    let Some(b) = b.cast::<Array>() else {
        return Ok(Value::NOT_IMPLEMENTED);
    };
    if a.len() != b.len() && matches!(cmp, Cmp::Eq | Cmp::Ne) {
        return Ok(Value::bool(cmp == Cmp::Ne));
    }
    for i in 0..a.len().min(b.len()) {
        let (x, y) = (a.get(t, i)?, b.get(t, i)?);
        if !ops::eq(t, x, y)? {
            return match cmp {
                Cmp::Eq => Ok(Value::FALSE),
                Cmp::Ne => Ok(Value::TRUE),
                _ => ops::compare(t, cmp, x, y),
            };
        }
    }
    Ok(Value::bool(cmp.of(a.len().cmp(&b.len()))))
}
macro_rules! comparisons {
    ($($name:ident $cmp:ident;)*) => { $(
        pub fn $name(t: &Thread, a: A, b: Value) -> R<Value> {
            compare(t, Cmp::$cmp, a, b)
        }
    )* };
}
comparisons! { lt Lt; le Le; eq Eq; ne Ne; gt Gt; ge Ge; }
pub fn repr(t: &Thread, this: A) -> R<String> {
    let code = this.code();
    let mut s = format!(
        "{}('{}'",
        class_of(this.value()).name_str(),
        code.letter as char
    );
    if this.len() > 0 {
        s.push_str(", ");
        let items = match code.is_char() {
            true => bytes::tounicode(t, this)?,
            false => tolist(t, this)?.value(),
        };
        push_lossless(&mut s, ops::repr(t, items)?);
    }
    s.push(')');
    Ok(s)
}
pub fn copy(t: &Thread, this: A) -> R<A> {
    plain(t, this.code(), this.storage().bytes())
}
pub fn deepcopy(t: &Thread, this: A, _memo: Value) -> R<A> {
    copy(t, this)
}
pub fn sizeof(_t: &Thread, this: A) -> usize {
    80 + this.storage().buffer.opt().map_or(0, |b| b.len())
}
