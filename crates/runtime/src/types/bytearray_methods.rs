//! `bytearray`: construction and mutation. The common methods are in
//! `bytes_common`.

use pyjit_heap::{Gc, Value};

use super::buffer;
use super::bytes::ByteArray;
use super::bytes_common as common;
use super::bytes_methods;
use super::bytes_text as text;
use super::percent::{self, Flavour};
use super::str_::Str;
use crate::core::ops::{self, Cmp};
use crate::core::special::Special;
use crate::core::thread::{R, Thread};
use crate::core::{attr, call, errors, kinds};
use crate::types::slice::{self, Slice, Span};
use crate::types::tuple::Tuple;
use crate::types::tuple_methods::repeat_count;
use crate::types::type_::{Type, class_of, of_kind, type_name};
use crate::types::{exceptions::Exc, iterators};

type A = Gc<ByteArray>;

fn new(_t: &Thread, class: Gc<Type>, _args: Value, _kwargs: Value) -> A {
    ByteArray::with_class(class)
}
fn init(
    t: &Thread,
    this: A,
    source: Option<Value>,
    encoding: Option<Value>,
    errors_: Option<Value>,
) -> R<()> {
    let c = bytes_methods::content(t, source, encoding, errors_, "bytearray")?;
    this.splice(t, 0, this.len.get(), &c)
}
fn repr(t: &Thread, this: A) -> R<Gc<Str>> {
    let name = type_name(this.value());
    let mut out = format!("{name}(").into_bytes();
    out.extend(common::repr_of(this.bytes()));
    out.push(b')');
    let _ = t;
    Ok(Str::from_wtf8(&out))
}
fn str(t: &Thread, this: A) -> R<Gc<Str>> {
    bytes_methods::bytes_warning(t, "str() on a bytearray instance")?;
    repr(t, this)
}
fn compare(t: &Thread, cmp: Cmp, a: A, b: Value) -> R<Value> {
    if b.cast::<Str>().is_some() {
        if matches!(cmp, Cmp::Eq | Cmp::Ne) {
            bytes_methods::bytes_warning(t, "Comparison between bytearray and string")?;
        }
        return Ok(Value::NOT_IMPLEMENTED);
    }
    let b = match buffer::acquire(t, b) {
        Ok(Some(b)) => b,
        Ok(None) => return Ok(Value::NOT_IMPLEMENTED),
        Err(_) if errors::catch(t, Exc::Exception) => return Ok(Value::NOT_IMPLEMENTED),
        Err(e) => return Err(e),
    };
    Ok(Value::bool(match cmp {
        Cmp::Eq => a.bytes() == &b[..],
        Cmp::Ne => a.bytes() != &b[..],
        _ => cmp.of(a.bytes().cmp(&b)),
    }))
}
crate::comparisons!(A, compare);

fn iter(_t: &Thread, this: A) -> Value {
    iterators::bytes_iterator(this.value(), kinds::BYTEARRAY_ITERATOR)
}

fn append(t: &Thread, this: A, item: Value) -> R<()> {
    let b = common::byte(t, item)?;
    let n = this.len.get();
    this.splice(t, n, n, &[b])
}
fn extend(t: &Thread, this: A, items: Value) -> R<()> {
    if let Some(b) = buffer::acquire(t, items)? {
        // A copy: it may be this very bytearray.
        let data = b.to_vec();
        drop(b);
        return add_end(t, this, &data);
    }
    let c = class_of(items);
    if items.cast::<Str>().is_some() {
        if ops::len(t, items)? == 0 {
            return Ok(());
        }
        return Err(errors::type_error(
            t,
            "expected iterable of integers; got: 'str'",
        ));
    }
    if c.special(Special::Iter).is_none() && c.special(Special::Getitem).is_none() {
        return Err(errors::type_error(
            t,
            format!("can't extend bytearray with {}", type_name(items)),
        ));
    }
    let data = bytes_methods::from_iterable(t, items, "bytearray")?;
    add_end(t, this, &data)
}
fn add_end(t: &Thread, this: A, data: &[u8]) -> R<()> {
    let n = this.len.get();
    this.splice(t, n, n, data)
}
fn insert(t: &Thread, this: A, index: Value, item: Value) -> R<()> {
    let i = ops::index_i64(t, index)?;
    let b = common::byte(t, item)?;
    let n = this.len.get() as i64;
    let at = if i < 0 { (i + n).max(0) } else { i.min(n) } as usize;
    this.splice(t, at, at, &[b])
}
fn pop(t: &Thread, this: A, index: Option<Value>) -> R<i64> {
    let i = match index {
        Some(i) => ops::index_i64(t, i)?,
        None => -1,
    };
    let n = this.len.get() as i64;
    if n == 0 {
        return Err(errors::index_error(t, "pop from empty bytearray"));
    }
    let at = if i < 0 { i + n } else { i };
    if at < 0 || at >= n {
        return Err(errors::index_error(t, "pop index out of range"));
    }
    let b = this.bytes()[at as usize];
    this.splice(t, at as usize, at as usize + 1, b"")?;
    Ok(b as i64)
}
fn remove(t: &Thread, this: A, item: Value) -> R<()> {
    let b = common::byte(t, item)?;
    match this.bytes().iter().position(|x| *x == b) {
        Some(i) => this.splice(t, i, i + 1, b""),
        None => Err(errors::value_error(t, "value not found in bytearray")),
    }
}
fn clear(t: &Thread, this: A) -> R<()> {
    this.splice(t, 0, this.len.get(), b"")
}
fn copy(t: &Thread, this: A) -> R<A> {
    ByteArray::new(t, this.bytes())
}
fn reverse(_t: &Thread, this: A) {
    this.bytes_mut().reverse()
}
fn resize(t: &Thread, this: A, size: i64) -> R<()> {
    let n = this.len.get();
    if size < 0 {
        let m = format!("Can only resize to positive sizes, got {size}");
        return Err(errors::value_error(t, m));
    }
    let size = size as usize;
    if size <= n {
        return this.splice(t, size, n, b"");
    }
    let mut more = Vec::new();
    if more.try_reserve_exact(size - n).is_err() {
        return Err(errors::memory_error(t));
    }
    more.resize(size - n, 0);
    add_end(t, this, &more)
}

fn setitem(t: &Thread, this: A, key: Value, value: Value) -> R<()> {
    if let Some(s) = key.cast::<Slice>() {
        let bounds = slice::unpack(t, s)?;
        let data = assigned(t, value)?;
        // Only now: getting the bytes may have changed the length.
        return set_slice(t, this, bounds.on(this.len.get()), &data);
    }
    if class_of(key).special(Special::Index).is_none() {
        slice::position_in(t, key, || this.len.get(), "bytearray")?;
    }
    // Converting the value may change the length.
    let b = common::byte(t, value)?;
    let at = slice::position_in(t, key, || this.len.get(), "bytearray")?;
    match this.bytes_mut().get_mut(at) {
        Some(place) => *place = b,
        None => return Err(errors::index_error(t, "bytearray index out of range")),
    }
    Ok(())
}
/// The bytes that are assigned to a slice.
fn assigned(t: &Thread, value: Value) -> R<Vec<u8>> {
    if let Some(b) = buffer::acquire(t, value)? {
        return Ok(b.to_vec());
    }
    let c = class_of(value);
    let iterable = c.special(Special::Iter).is_some() || c.special(Special::Getitem).is_some();
    if value.cast::<Str>().is_some() || !iterable {
        let m = "can assign only bytes, buffers, or iterables of ints in range(0, 256)";
        return Err(errors::type_error(t, m));
    }
    bytes_methods::from_iterable(t, value, "bytearray")
}
fn set_slice(t: &Thread, this: A, s: Span, data: &[u8]) -> R<()> {
    if s.step == 1 {
        let from = s.start as usize;
        return this.splice(t, from, from + s.count, data);
    }
    if data.len() != s.count {
        let m = format!(
            "attempt to assign bytes of size {} to extended slice of size {}",
            data.len(),
            s.count
        );
        return Err(errors::value_error(t, m));
    }
    let bytes = this.bytes_mut();
    for (b, i) in data.iter().zip(s.indices()) {
        bytes[i] = *b;
    }
    Ok(())
}
fn delitem(t: &Thread, this: A, key: Value) -> R<()> {
    let Some(s) = key.cast::<Slice>() else {
        let at = slice::position_in(t, key, || this.len.get(), "bytearray")?;
        return this.splice(t, at, at + 1, b"");
    };
    let s = slice::unpack(t, s)?.on(this.len.get());
    if s.count == 0 {
        return Ok(());
    }
    if s.step == 1 {
        return this.splice(t, s.start as usize, s.start as usize + s.count, b"");
    }
    let mut keep = vec![true; this.len.get()];
    s.indices().for_each(|i| keep[i] = false);
    let left: Vec<u8> = this
        .bytes()
        .iter()
        .zip(keep)
        .filter(|(_, k)| *k)
        .map(|(b, _)| *b)
        .collect();
    this.splice(t, 0, this.len.get(), &left)
}
pub fn iadd(t: &Thread, this: A, other: Value) -> R<A> {
    let Some(b) = buffer::acquire(t, other)? else {
        let m = format!(
            "can't concat {} to {}",
            type_name(other),
            type_name(this.value())
        );
        return Err(errors::type_error(t, m));
    };
    let data = b.to_vec();
    drop(b);
    add_end(t, this, &data)?;
    Ok(this)
}
fn imul(t: &Thread, this: A, n: Value) -> R<Value> {
    let Some(n) = repeat_count(t, n)? else {
        return Ok(Value::NOT_IMPLEMENTED);
    };
    let data = common::repeated(t, this.bytes(), n)?;
    this.splice(t, 0, this.len.get(), &data)?;
    Ok(this.value())
}
fn percent(t: &Thread, this: A, args: Value) -> R<A> {
    let template = this.bytes().to_vec();
    let mut out = Vec::with_capacity(template.len() + 32);
    percent::format(t, &mut out, &template, args, Flavour::Bytes)?;
    ByteArray::new(t, &out)
}
fn rpercent(t: &Thread, this: A, template: Value) -> R<Value> {
    match template.cast::<ByteArray>() {
        Some(b) => percent(t, b, this.value()).map(Gc::value),
        None => Ok(Value::NOT_IMPLEMENTED),
    }
}
fn fromhex(t: &Thread, class: Gc<Type>, source: Value) -> R<Value> {
    let b = ByteArray::new(t, &text::from_hex(t, source)?)?;
    if class == of_kind(kinds::BYTEARRAY) {
        return Ok(b.value());
    }
    call::call(t, class.value(), &[b.value()])
}
fn reduce(t: &Thread, this: A) -> R<Gc<Tuple>> {
    reduce_ex(t, this, Some(2))
}
fn reduce_ex(t: &Thread, this: A, protocol: Option<i64>) -> R<Gc<Tuple>> {
    let dict =
        attr::get_opt(t, this.value(), super::str_::intern("__dict__"))?.unwrap_or(Value::NONE);
    let args = if protocol.unwrap_or(0) < 3 {
        let mut text = Vec::new();
        crate::unicode::codec::decode_latin1(&mut text, this.bytes());
        Tuple::new(&[Str::from_wtf8(&text).value(), Str::new("latin-1").value()])
    } else {
        Tuple::new(&[super::bytes::Bytes::new(this.bytes()).value()])
    };
    Ok(Tuple::new(&[
        class_of(this.value()).value(),
        args.value(),
        dict,
    ]))
}
fn alloc(_t: &Thread, this: A) -> usize {
    this.buffer.opt().map_or(0, |b| b.len())
}
fn sizeof(t: &Thread, this: A) -> usize {
    size_of::<ByteArray>() + alloc(t, this)
}

crate::bytes_class! {
    /// bytearray(iterable_of_ints) -> bytearray
    /// bytearray(string, encoding[, errors]) -> bytearray
    /// bytearray(bytes_or_buffer) -> mutable copy of bytes_or_buffer
    /// bytearray(int) -> bytes array of size given by the parameter initialized with null bytes
    /// bytearray() -> empty bytes array
    ///
    /// Construct a mutable bytearray object from:
    ///   - an iterable yielding integers in range(256)
    ///   - a text string encoded using the specified encoding
    ///   - a bytes or a buffer object
    ///   - any object implementing the buffer API.
    ///   - an integer
    pub CLASS: ByteArray = "bytearray";
    methods {
        @staticmethod __new__(cls, /, *args, **kwargs) => new;
        __init__(self, source=b"", encoding="utf-8", errors="strict") => init;
        __repr__(self, /) => repr; __str__(self, /) => str;
        __iter__(self, /) => iter [leaf no_raise];
        __lt__(self, value, /) => lt; __le__(self, value, /) => le; __eq__(self, value, /) => eq;
        __ne__(self, value, /) => ne; __gt__(self, value, /) => gt; __ge__(self, value, /) => ge;
        __setitem__(self, key, value, /) => setitem; __delitem__(self, key, /) => delitem;
        __iadd__(self, value, /) => iadd; __imul__(self, value, /) => imul;
        __mod__(self, value, /) => percent; __rmod__(self, value, /) => rpercent;
        /// Append a single item to the end of the bytearray.
        append(self, item, /) => append;
        /// Append all the items from the iterator or sequence to the end of the bytearray.
        extend(self, iterable_of_ints, /) => extend;
        /// Insert a single item into the bytearray before the given index.
        insert(self, index, item, /) => insert;
        /// Remove and return a single item from B.
        pop(self, index=-1, /) => pop;
        /// Remove the first occurrence of a value in the bytearray.
        remove(self, value, /) => remove;
        /// Remove all items from the bytearray.
        clear(self, /) => clear;
        /// Return a copy of B.
        copy(self, /) => copy;
        /// Reverse the order of the values in B in place.
        reverse(self, /) => reverse;
        /// Resize the internal buffer of bytearray to len.
        resize(self, size, /) => resize;
        /// Create a bytearray object from a string of hexadecimal numbers.
        @classmethod fromhex(cls, string, /) => fromhex;
        /// Return state information for pickling.
        __reduce__(self, /) => reduce;
        /// Return state information for pickling.
        __reduce_ex__(self, proto=0, /) => reduce_ex;
        /// B.__alloc__() -> int
        ///
        /// Return the number of bytes actually allocated.
        __alloc__(self, /) => alloc;
        /// Returns the size of the bytearray object in memory, in bytes.
        __sizeof__(self, /) => sizeof;
        /// Release the buffer object that exposes the underlying memory of the object.
        __release_buffer__(self, buffer, /) => release_buffer;
    }
}

fn release_buffer(t: &Thread, _this: A, view: Value) -> R<()> {
    super::memoryview_methods::release_lent(t, view)
}
