//! `list`: the Python-visible part. Sorting is in `sort`.

use pyjit_heap::{Gc, Value};

use crate::core::class::words;
use crate::core::ops::{self, Cmp};
use crate::core::thread::{R, Thread};
use crate::core::{errors, kinds};
use crate::types::list::List;
use crate::types::slice::{self, Slice, Span};
use crate::types::tuple::Tuple;
use crate::types::tuple_methods::{compare_items, repeat_count};
use crate::types::type_::{Type, flags, type_name};
use crate::types::{iterators, str_};

fn new(_t: &Thread, class: Gc<Type>, _args: Value, _kwargs: Value) -> Gc<List> {
    List::with_shape(class.root_shape.get(), class.extra_bytes(words::<List>()))
}
fn init(t: &Thread, this: Gc<List>, iterable: Option<Value>) -> R<()> {
    this.clear();
    match iterable {
        Some(v) => extend(t, this, v),
        None => Ok(()),
    }
}

/// A list of the items of any iterable.
pub fn from_iterable(t: &Thread, v: Value) -> R<Gc<List>> {
    let l = List::new();
    extend(t, l, v)?;
    Ok(l)
}

/// `list.extend(iterable)`.
pub fn extend(t: &Thread, this: Gc<List>, v: Value) -> R<()> {
    if let Some(x) = v.cast_exact::<Tuple>() {
        return this.extend(t, x.items());
    }
    if let Some(l) = v.cast_exact::<List>() {
        let n = l.len();
        this.reserve(t, this.len() + n)?;
        return this.extend(t, &l.items()[..n]);
    }
    if class_has_len(v) {
        let hint = ops::length_hint(t, v, 0)?;
        // A hint that no memory has room for is not believed.
        if hint < 1 << 40 {
            this.reserve(t, this.len() + hint)?;
        }
    }
    ops::for_each(t, v, |x| this.push(t, x))
}

fn class_has_len(v: Value) -> bool {
    use crate::core::special::Special;
    let c = crate::types::type_::class_of(v);
    c.special(Special::Len).is_some() || c.special(Special::LengthHint).is_some()
}

fn append(t: &Thread, this: Gc<List>, x: Value) -> R<()> {
    this.push(t, x)
}
fn insert(t: &Thread, this: Gc<List>, index: Value, x: Value) -> R<()> {
    let i = ops::index_i64(t, index)?;
    let n = this.len() as i64;
    let i = if i < 0 { (i + n).max(0) } else { i.min(n) } as usize;
    this.splice(t, i, i, &[x])
}
fn pop(t: &Thread, this: Gc<List>, index: Option<Value>) -> R<Value> {
    let index = match index {
        None => None,
        Some(v) => Some(ops::index_i64(t, v)?),
    };
    let n = this.len();
    if n == 0 {
        return Err(errors::index_error(t, "pop from empty list"));
    }
    let i = match index {
        None => n - 1,
        Some(i) => {
            let at = if i < 0 { i + n as i64 } else { i };
            if at < 0 || at >= n as i64 {
                return Err(errors::index_error(t, "pop index out of range"));
            }
            at as usize
        }
    };
    Ok(this.remove(i))
}
fn remove(t: &Thread, this: Gc<List>, x: Value) -> R<()> {
    let mut i = 0;
    while i < this.len() {
        if ops::same_or_eq(t, this.get(i), x)? {
            if i < this.len() {
                this.remove(i);
            }
            return Ok(());
        }
        i += 1;
    }
    Err(errors::value_error(t, "list.remove(x): x not in list"))
}
fn clear(_t: &Thread, this: Gc<List>) {
    this.clear()
}
fn copy(t: &Thread, this: Gc<List>) -> R<Gc<List>> {
    List::from_slice(t, this.items())
}
fn reverse(_t: &Thread, this: Gc<List>) {
    let n = this.len();
    for i in 0..n / 2 {
        let (a, b) = (this.get(i), this.get(n - 1 - i));
        this.set(i, b);
        this.set(n - 1 - i, a);
    }
}
fn count(t: &Thread, this: Gc<List>, x: Value) -> R<usize> {
    let (mut i, mut n) = (0, 0);
    while i < this.len() {
        n += ops::same_or_eq(t, this.get(i), x)? as usize;
        i += 1;
    }
    Ok(n)
}
fn index(
    t: &Thread,
    this: Gc<List>,
    x: Value,
    start: Option<Value>,
    stop: Option<Value>,
) -> R<usize> {
    let n = this.len();
    let (mut i, to) = (
        slice::index_bound(t, start, 0, n)?,
        slice::index_bound(t, stop, n, n)?,
    );
    while i < to.min(this.len()) {
        if ops::same_or_eq(t, this.get(i), x)? {
            return Ok(i);
        }
        i += 1;
    }
    Err(errors::value_error(t, "list.index(x): x not in list"))
}
fn len(_t: &Thread, this: Gc<List>) -> usize {
    this.len()
}
/// `x in this`.
pub fn contains(t: &Thread, this: Gc<List>, x: Value) -> R<bool> {
    let mut i = 0;
    while i < this.len() {
        if ops::same_or_eq(t, this.get(i), x)? {
            return Ok(true);
        }
        i += 1;
    }
    Ok(false)
}
/// `this[key]`.
pub fn getitem(t: &Thread, this: Gc<List>, key: Value) -> R<Value> {
    if let Some(s) = key.cast::<Slice>() {
        let s = slice::unpack(t, s)?.on(this.len());
        return select(t, this, s).map(Gc::value);
    }
    let i = slice::position_in(t, key, || this.len(), "list")?;
    Ok(this.get(i))
}
/// The items of a span.
pub fn select(t: &Thread, this: Gc<List>, s: Span) -> R<Gc<List>> {
    if s.step == 1 {
        return List::from_slice(
            t,
            &this.items()[s.start as usize..s.start as usize + s.count],
        );
    }
    let l = List::new();
    l.reserve(t, s.count)?;
    let mut chunk = [Value::NONE; 32];
    let mut indices = s.indices();
    loop {
        let mut n = 0;
        for (at, i) in chunk.iter_mut().zip(&mut indices) {
            *at = this.get(i);
            n += 1;
        }
        l.extend(t, &chunk[..n])?;
        if n < chunk.len() {
            return Ok(l);
        }
    }
}
/// `this[key] = value`.
pub fn setitem(t: &Thread, this: Gc<List>, key: Value, value: Value) -> R<()> {
    if let Some(s) = key.cast::<Slice>() {
        return set_slice(t, this, s, value);
    }
    let i = slice::position_in(t, key, || this.len(), "list assignment")?;
    this.set(i, value);
    Ok(())
}
fn set_slice(t: &Thread, this: Gc<List>, s: Gc<Slice>, value: Value) -> R<()> {
    let bounds = slice::unpack(t, s)?;
    set_span(t, this, bounds, value)
}
/// Replaces the items of a span.
pub fn set_span(t: &Thread, this: Gc<List>, bounds: slice::Bounds, value: Value) -> R<()> {
    let items = match value.cast_exact::<List>() {
        Some(l) if l != this => l,
        _ => match from_iterable(t, value) {
            Ok(l) => l,
            Err(e)
                if errors::matches(t, crate::types::exceptions::Exc::TypeError)
                    && crate::types::type_::class_of(value)
                        .special(crate::core::special::Special::Iter)
                        .is_none() =>
            {
                t.exc.set(Value::NULL);
                let _ = e;
                return Err(errors::type_error(
                    t,
                    "must assign iterable to extended slice",
                ));
            }
            Err(e) => return Err(e),
        },
    };
    // Only now: getting the items may have changed the length.
    let s = bounds.on(this.len());
    if s.step == 1 {
        let from = s.start as usize;
        return this.splice(t, from, from + s.count, items.items());
    }
    if items.len() != s.count {
        let m = format!(
            "attempt to assign sequence of size {} to extended slice of size {}",
            items.len(),
            s.count
        );
        return Err(errors::value_error(t, m));
    }
    for (k, i) in s.indices().enumerate() {
        this.set(i, items.get(k));
    }
    Ok(())
}
fn delitem(t: &Thread, this: Gc<List>, key: Value) -> R<()> {
    if let Some(s) = key.cast::<Slice>() {
        let s = slice::unpack(t, s)?.on(this.len());
        if s.step == 1 {
            let from = s.start as usize;
            return this.splice(t, from, from + s.count, &[]);
        }
        let mut at: Vec<usize> = s.indices().collect();
        at.sort_unstable();
        let mut keep = 0;
        let mut drop = at.into_iter().peekable();
        for i in 0..this.len() {
            if drop.peek() == Some(&i) {
                drop.next();
            } else {
                this.set(keep, this.get(i));
                keep += 1;
            }
        }
        return this.splice(t, keep, this.len(), &[]);
    }
    let i = slice::position_in(t, key, || this.len(), "list assignment")?;
    this.remove(i);
    Ok(())
}
fn add(t: &Thread, a: Gc<List>, b: Value) -> R<Value> {
    let Some(b) = b.cast::<List>() else {
        let m = format!(
            "can only concatenate list (not \"{}\") to list",
            type_name(b)
        );
        return Err(errors::type_error(t, m));
    };
    let l = List::new();
    l.reserve(t, a.len() + b.len())?;
    l.extend(t, a.items())?;
    l.extend(t, b.items())?;
    Ok(l.value())
}
fn iadd(t: &Thread, a: Gc<List>, b: Value) -> R<Value> {
    extend(t, a, b)?;
    Ok(a.value())
}
fn mul(t: &Thread, a: Gc<List>, n: Value) -> R<Value> {
    let Some(n) = repeat_count(t, n)? else {
        return Ok(Value::NOT_IMPLEMENTED);
    };
    let l = List::new();
    repeat_into(t, l, a.items(), n)?;
    Ok(l.value())
}
fn repeat_into(t: &Thread, l: Gc<List>, items: &[Value], n: usize) -> R<()> {
    let total = items
        .len()
        .checked_mul(n)
        .filter(|n| *n < 1 << 40)
        .ok_or_else(|| errors::memory_error(t))?;
    l.reserve(t, total)?;
    match items {
        [x] => {
            for _ in 0..n {
                l.push(t, *x)?;
            }
        }
        _ => {
            for _ in 0..n {
                l.extend(t, items)?;
            }
        }
    }
    Ok(())
}
fn imul(t: &Thread, a: Gc<List>, n: Value) -> R<Value> {
    let Some(n) = repeat_count(t, n)? else {
        return Ok(Value::NOT_IMPLEMENTED);
    };
    let copy = List::from_slice(t, a.items())?;
    a.clear();
    repeat_into(t, a, copy.items(), n)?;
    Ok(a.value())
}
fn iter(_t: &Thread, this: Gc<List>) -> Value {
    iterators::list_iterator(this, false)
}
fn reversed(_t: &Thread, this: Gc<List>) -> Value {
    iterators::list_iterator(this, true)
}
fn compare(t: &Thread, cmp: Cmp, a: Gc<List>, b: Value) -> R<Value> {
    let Some(b) = b.cast::<List>() else {
        return Ok(Value::NOT_IMPLEMENTED);
    };
    crate::core::call::enter_native(t, " in comparison")?;
    compare_items(t, cmp, || (a.items(), b.items()))
}
crate::comparisons!(Gc<List>, compare);

/// Marks a container as being printed by this thread; nested containers of
/// the same identity print as `...`.
pub struct ReprGuard<'a> {
    t: &'a Thread,
    list: Gc<List>,
}

impl<'a> ReprGuard<'a> {
    /// `None` when `v` is already being printed.
    pub fn enter(t: &'a Thread, v: Value) -> Option<ReprGuard<'a>> {
        let list = t.repr_stack.get().cast::<List>().unwrap_or_else(|| {
            let l = List::new();
            t.repr_stack.set(l.value());
            l
        });
        if list.items().contains(&v) {
            return None;
        }
        list.push(t, v).ok()?;
        Some(ReprGuard { t, list })
    }
}
impl Drop for ReprGuard<'_> {
    fn drop(&mut self) {
        let _ = self.t;
        self.list.remove(self.list.len() - 1);
    }
}

fn repr(t: &Thread, this: Gc<List>) -> R<String> {
    if this.is_empty() {
        return Ok("[]".into());
    }
    let Some(_guard) = ReprGuard::enter(t, this.value()) else {
        return Ok("[...]".into());
    };
    let mut s = String::from("[");
    let mut i = 0;
    while i < this.len() {
        if i > 0 {
            s.push_str(", ");
        }
        str_::push_lossless(&mut s, ops::repr(t, this.get(i))?);
        i += 1;
    }
    s.push(']');
    Ok(s)
}
fn sizeof(_t: &Thread, this: Gc<List>) -> usize {
    40 + this.capacity() * 8
}
fn class_getitem(t: &Thread, class: Value, item: Value) -> R<Value> {
    super::generic_alias::make(t, class, item)
}
fn sort(t: &Thread, this: Gc<List>, key: Option<Value>, reverse: Option<bool>) -> R<()> {
    super::sort::sort(
        t,
        this,
        key.filter(|k| !k.is_none()),
        reverse.unwrap_or(false),
    )
}

crate::py_class! {
    /// Built-in mutable sequence.
    ///
    /// If no argument is given, the constructor creates a new empty list.
    /// The argument must be an iterable if specified.
    pub CLASS: List = "list", base kinds::OBJECT, flags flags::BASETYPE | flags::SEQUENCE;
    methods {
        @staticmethod __new__(cls, /, *args, **kwargs) => new;
        __init__(self, iterable=(), /) => init;
        /// Append object to the end of the list.
        append(self, object, /) => append [leaf];
        /// Extend list by appending elements from the iterable.
        extend(self, iterable, /) => extend_method;
        /// Insert object before index.
        insert(self, index, object, /) => insert;
        /// Remove and return item at index (default last).
        ///
        /// Raises IndexError if list is empty or index is out of range.
        pop(self, index=-1, /) => pop;
        /// Remove first occurrence of value.
        ///
        /// Raises ValueError if the value is not present.
        remove(self, value, /) => remove;
        /// Remove all items from list.
        clear(self, /) => clear [leaf no_raise];
        /// Return a shallow copy of the list.
        copy(self, /) => copy [leaf];
        /// Reverse *IN PLACE*.
        reverse(self, /) => reverse [leaf no_raise];
        /// Return number of occurrences of value.
        count(self, value, /) => count;
        /// Return first index of value.
        ///
        /// Raises ValueError if the value is not present.
        index(self, value, start=0, stop=9223372036854775807, /) => index;
        /// Sort the list in ascending order and return None.
        ///
        /// The sort is in-place (i.e. the list itself is modified) and stable (i.e. the
        /// order of two equal elements is maintained).
        ///
        /// If a key function is given, apply it once to each list item and sort them,
        /// ascending or descending, according to their function values.
        ///
        /// The reverse flag can be set to sort in descending order.
        sort(self, /, *, key=None, reverse=False) => sort;
        __len__(self, /) => len [leaf no_raise reads];
        __contains__(self, key, /) => contains;
        __getitem__(self, index, /) => getitem;
        __setitem__(self, key, value, /) => setitem;
        __delitem__(self, key, /) => delitem;
        __add__(self, value, /) => add;
        __iadd__(self, value, /) => iadd;
        __mul__(self, value, /) => mul;
        __rmul__(self, value, /) => mul;
        __imul__(self, value, /) => imul;
        __iter__(self, /) => iter [leaf no_raise];
        /// Return a reverse iterator over the list.
        __reversed__(self, /) => reversed [leaf no_raise];
        __lt__(self, value, /) => lt; __le__(self, value, /) => le; __eq__(self, value, /) => eq;
        __ne__(self, value, /) => ne; __gt__(self, value, /) => gt; __ge__(self, value, /) => ge;
        __repr__(self, /) => repr;
        /// Return the size of the list in memory, in bytes.
        __sizeof__(self, /) => sizeof;
        /// See PEP 585
        @classmethod __class_getitem__(cls, object, /) => class_getitem;
    }
}

fn extend_method(t: &Thread, this: Gc<List>, v: Value) -> R<()> {
    extend(t, this, v)
}
