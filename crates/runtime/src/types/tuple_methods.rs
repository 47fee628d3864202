//! `tuple`: the Python-visible part.

use pyjit_heap::{Gc, Value};

use crate::core::ops::{self, Cmp};
use crate::core::thread::{R, Thread};
use crate::core::{errors, kinds};
use crate::types::iterators;
use crate::types::list::List;
use crate::types::slice::{self, Slice};
use crate::types::tuple::Tuple;
use crate::types::type_::{Type, flags, of_kind, type_name};

fn new(t: &Thread, class: Gc<Type>, iterable: Option<Value>) -> R<Value> {
    let exact = class == of_kind(kinds::TUPLE);
    if exact && let Some(x) = iterable.and_then(|v| v.cast_exact::<Tuple>()) {
        return Ok(x.value());
    }
    let items = match iterable {
        None => Tuple::new(&[]),
        Some(v) => from_iterable(t, v)?,
    };
    if exact {
        return Ok(items.value());
    }
    Ok(with_class(class, items.items()).value())
}

/// An instance of a subclass of `tuple`: the items, then its dictionary word.
pub fn with_class(class: Gc<Type>, items: &[Value]) -> Gc<Tuple> {
    Tuple::with_class(class.root_shape.get(), items, class.has(flags::HAS_DICT))
}

/// A tuple of the items of any iterable.
pub fn from_iterable(t: &Thread, v: Value) -> R<Gc<Tuple>> {
    if let Some(x) = v.cast_exact::<Tuple>() {
        return Ok(x);
    }
    if let Some(l) = v.cast_exact::<List>() {
        return Ok(Tuple::new(l.items()));
    }
    let l = List::new();
    ops::for_each(t, v, |x| l.push(t, x))?;
    Ok(Tuple::new(l.items()))
}

fn len(_t: &Thread, this: Gc<Tuple>) -> usize {
    this.len()
}
/// The items of a span.
pub fn select(this: Gc<Tuple>, s: slice::Span) -> Gc<Tuple> {
    if s.count == this.len() && s.step == 1 && this.header().shape_id() == kinds::TUPLE {
        return this;
    }
    Tuple::from_fn(s.count, |i| {
        this.items()[(s.start + i as i64 * s.step) as usize]
    })
}
fn getitem(t: &Thread, this: Gc<Tuple>, key: Value) -> R<Value> {
    if let Some(s) = key.cast::<Slice>() {
        return Ok(select(this, slice::span(t, s, this.len())?).value());
    }
    let i = slice::position(t, key, this.len(), "tuple")?;
    Ok(this.items()[i])
}
fn add(t: &Thread, a: Gc<Tuple>, b: Value) -> R<Value> {
    let Some(b) = b.cast::<Tuple>() else {
        let m = format!(
            "can only concatenate tuple (not \"{}\") to tuple",
            type_name(b)
        );
        return Err(errors::type_error(t, m));
    };
    if a.is_empty() && b.header().shape_id() == kinds::TUPLE {
        return Ok(b.value());
    }
    let n = a.len();
    Ok(Tuple::from_fn(n + b.len(), |i| {
        if i < n {
            a.items()[i]
        } else {
            b.items()[i - n]
        }
    })
    .value())
}
fn mul(t: &Thread, a: Gc<Tuple>, n: Value) -> R<Value> {
    let Some(n) = repeat_count(t, n)? else {
        return Ok(Value::NOT_IMPLEMENTED);
    };
    if n == 1 && a.header().shape_id() == kinds::TUPLE {
        return Ok(a.value());
    }
    let total = a
        .len()
        .checked_mul(n)
        .filter(|n| *n < 1 << 40)
        .ok_or_else(|| errors::memory_error(t))?;
    Ok(Tuple::from_fn(total, |i| a.items()[i % a.len()]).value())
}

/// The count of `sequence * n`: `None` when `n` is no integer.
pub fn repeat_count(t: &Thread, n: Value) -> R<Option<usize>> {
    if n.is_int() {
        return Ok(Some(n.as_int().max(0) as usize));
    }
    if !super::int::is_int(n)
        && super::type_::class_of(n)
            .special(crate::core::special::Special::Index)
            .is_none()
    {
        let m = format!(
            "can't multiply sequence by non-int of type '{}'",
            type_name(n)
        );
        return Err(errors::type_error(t, m));
    }
    let v = ops::index(t, n)?;
    match super::int::to_i64(v) {
        Some(i) => Ok(Some(i.max(0) as usize)),
        None => Err(errors::overflow_error(
            t,
            format!("cannot fit '{}' into an index-sized integer", type_name(n)),
        )),
    }
}

/// `x in this`.
pub fn contains(t: &Thread, this: Gc<Tuple>, x: Value) -> R<bool> {
    for v in this.items() {
        if ops::same_or_eq(t, *v, x)? {
            return Ok(true);
        }
    }
    Ok(false)
}
fn iter(_t: &Thread, this: Gc<Tuple>) -> Value {
    iterators::tuple_iterator(this)
}
fn repr(t: &Thread, this: Gc<Tuple>) -> R<String> {
    let Some(_guard) = super::list_methods::ReprGuard::enter(t, this.value()) else {
        return Ok("(...)".into());
    };
    let mut s = String::from("(");
    for (i, v) in this.items().iter().enumerate() {
        if i > 0 {
            s.push_str(", ");
        }
        super::str_::push_lossless(&mut s, ops::repr(t, *v)?);
    }
    s.push_str(if this.len() == 1 { ",)" } else { ")" });
    Ok(s)
}
/// `hash(tuple)`.
pub fn hash(t: &Thread, this: Gc<Tuple>) -> R<i64> {
    crate::core::call::enter_native(t, " while hashing a tuple")?;
    // xxHash's lane mixing over the items' hashes.
    const P1: u64 = 11_400_714_785_074_694_791;
    const P2: u64 = 14_029_467_366_897_019_727;
    const P5: u64 = 2_870_177_450_012_600_261;
    let mut acc = P5;
    for v in this.items() {
        let lane = ops::hash(t, *v)? as u64;
        acc = acc
            .wrapping_add(lane.wrapping_mul(P2))
            .rotate_left(31)
            .wrapping_mul(P1);
    }
    acc = acc.wrapping_add(this.len() as u64 ^ (P5 ^ 3_527_539));
    Ok(if acc == u64::MAX {
        1_546_275_796
    } else {
        acc as i64
    })
}
fn compare(t: &Thread, cmp: Cmp, a: Gc<Tuple>, b: Value) -> R<Value> {
    let Some(b) = b.cast::<Tuple>() else {
        return Ok(Value::NOT_IMPLEMENTED);
    };
    compare_items(t, cmp, || (a.items(), b.items()))
}
crate::comparisons!(Gc<Tuple>, compare);

/// Lexicographic comparison of two sequences that may change meanwhile.
pub fn compare_items<'a>(
    t: &Thread,
    cmp: Cmp,
    both: impl Fn() -> (&'a [Value], &'a [Value]),
) -> R<Value> {
    let (a, b) = both();
    if a.len() != b.len() && matches!(cmp, Cmp::Eq | Cmp::Ne) {
        return Ok(Value::bool(cmp == Cmp::Ne));
    }
    let mut i = 0;
    loop {
        let (a, b) = both();
        let (Some(x), Some(y)) = (a.get(i), b.get(i)) else {
            return Ok(Value::bool(cmp.of(a.len().cmp(&b.len()))));
        };
        if !ops::same_or_eq(t, *x, *y)? {
            // The comparison may have shortened a list.
            let (a, b) = both();
            if i >= a.len() || i >= b.len() {
                return Ok(Value::bool(cmp.of(a.len().cmp(&b.len()))));
            }
            return match cmp {
                Cmp::Eq => Ok(Value::FALSE),
                Cmp::Ne => Ok(Value::TRUE),
                _ => ops::compare(t, cmp, *x, *y),
            };
        }
        i += 1;
    }
}

fn count(t: &Thread, this: Gc<Tuple>, x: Value) -> R<usize> {
    let mut n = 0;
    for v in this.items() {
        n += ops::same_or_eq(t, *v, x)? as usize;
    }
    Ok(n)
}
fn index(
    t: &Thread,
    this: Gc<Tuple>,
    x: Value,
    start: Option<Value>,
    stop: Option<Value>,
) -> R<usize> {
    let n = this.len();
    let (from, to) = (
        slice::index_bound(t, start, 0, n)?,
        slice::index_bound(t, stop, n, n)?,
    );
    for i in from..to {
        if ops::same_or_eq(t, this.items()[i], x)? {
            return Ok(i);
        }
    }
    Err(errors::value_error(t, "tuple.index(x): x not in tuple"))
}
fn getnewargs(_t: &Thread, this: Gc<Tuple>) -> Gc<Tuple> {
    Tuple::new(&[Tuple::new(this.items()).value()])
}
fn class_getitem(t: &Thread, class: Value, item: Value) -> R<Value> {
    super::generic_alias::make(t, class, item)
}

crate::py_class! {
    /// Built-in immutable sequence.
    ///
    /// If no argument is given, the constructor returns an empty tuple.
    /// If iterable is specified the tuple is initialized from iterable's items.
    ///
    /// If the argument is a tuple, the return value is the same object.
    pub CLASS: Tuple = "tuple", base kinds::OBJECT, flags flags::BASETYPE | flags::SEQUENCE;
    methods {
        @staticmethod __new__(cls, iterable=(), /) => new;
        __len__(self, /) => len [pure no_raise];
        __getitem__(self, key, /) => getitem;
        __add__(self, value, /) => add;
        __mul__(self, value, /) => mul;
        __rmul__(self, value, /) => mul;
        __contains__(self, key, /) => contains;
        __iter__(self, /) => iter [leaf no_raise];
        __repr__(self, /) => repr;
        __hash__(self, /) => hash;
        __lt__(self, value, /) => lt; __le__(self, value, /) => le; __eq__(self, value, /) => eq;
        __ne__(self, value, /) => ne; __gt__(self, value, /) => gt; __ge__(self, value, /) => ge;
        /// Return number of occurrences of value.
        count(self, value, /) => count;
        /// Return first index of value.
        ///
        /// Raises ValueError if the value is not present.
        index(self, value, start=0, stop=9223372036854775807, /) => index;
        __getnewargs__(self, /) => getnewargs;
        /// See PEP 585
        @classmethod __class_getitem__(cls, object, /) => class_getitem;
    }
}
