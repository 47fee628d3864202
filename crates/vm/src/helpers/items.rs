//! Items, iteration, unpacking.

use pyjit_heap::{Gc, Value};
use pyjit_runtime::core::call::ArgVec;
use pyjit_runtime::core::special::Special;
use pyjit_runtime::core::{errors, ops};
use pyjit_runtime::types::list::List;
use pyjit_runtime::types::tuple::Tuple;
use pyjit_runtime::types::type_::{class_of, type_name};
use pyjit_runtime::types::{list_methods, tuple_methods};
use pyjit_runtime::{R, Raised, Thread};

use super::helpers;

helpers! {
    /// `x[i]`.
    GETITEM(t, x, i) [] { ops::getitem(t, x, i) }
    /// `x[i] = v`.
    SETITEM(t, x, i, v) [] { ops::setitem(t, x, i, v).map(|_| Value::NONE) }
    /// `del x[i]`.
    DELITEM(t, x, i) [] { ops::delitem(t, x, i).map(|_| Value::NONE) }
    /// `x[i:j]`.
    GETSLICE(t, x, i, j) [] { ops::getslice(t, x, i, j) }
    /// `x[i:j] = v`.
    SETSLICE(t, x, i, j, v) [] { ops::setslice(t, x, i, j, v).map(|_| Value::NONE) }
    /// `iter(x)`.
    ITER(t, x) [] { ops::iter(t, x) }
    /// `next(x)`, absent at the end.
    NEXT(t, x) [] { ops::next(t, x).map(|v| v.unwrap_or(Value::NULL)) }
    /// A tuple of the `n` items of `x`.
    UNPACK(t, x, n) [] { unpack(t, x, n.as_int() as usize) }
    /// A tuple of the first items, a list of the middle, the last items.
    UNPACK_EX(t, x, counts) [] { unpack_ex(t, x, counts.as_int() as usize) }
}

fn unpack(t: &Thread, x: Value, n: usize) -> R<Value> {
    // Traces of other iterables come here with tuples and lists too.
    if let Some(s) = x.cast_exact::<Tuple>() {
        return match s.len() == n {
            true => Ok(x),
            false => Err(wrong_count(t, s.len(), n)),
        };
    }
    if let Some(l) = x.cast_exact::<List>() {
        return match l.len() == n {
            true => Ok(Tuple::new(l.items()).value()),
            false => Err(wrong_count(t, l.len(), n)),
        };
    }
    let it = iterator(t, x)?;
    let mut items = ArgVec::new();
    for i in 0..n {
        match ops::next(t, it)? {
            Some(v) => items.push(v),
            None => return Err(not_enough(t, n, i, "")),
        }
    }
    if ops::next(t, it)?.is_some() {
        let got = known_len(t, x);
        return Err(match got {
            Some(k) => wrong_count(t, k, n),
            None => errors::value_error(t, format!("too many values to unpack (expected {n})")),
        });
    }
    Ok(Tuple::new(&items).value())
}

/// The length that messages give: only of exact builtin containers.
fn known_len(t: &Thread, x: Value) -> Option<usize> {
    use pyjit_runtime::core::kinds;
    if x.is_ptr() && x.shape_id() == kinds::DICT {
        ops::len(t, x).ok()
    } else {
        None
    }
}

fn iterator(t: &Thread, x: Value) -> R<Value> {
    let c = class_of(x);
    if c.special(Special::Iter).is_none() && c.special(Special::Getitem).is_none() {
        let m = format!("cannot unpack non-iterable {} object", type_name(x));
        return Err(errors::type_error(t, m));
    }
    ops::iter(t, x)
}

#[cold]
fn not_enough(t: &Thread, n: usize, got: usize, at_least: &str) -> Raised {
    let m = format!("not enough values to unpack (expected {at_least}{n}, got {got})");
    errors::value_error(t, m)
}

#[cold]
fn wrong_count(t: &Thread, got: usize, n: usize) -> Raised {
    if got < n {
        return not_enough(t, n, got, "");
    }
    errors::value_error(
        t,
        format!("too many values to unpack (expected {n}, got {got})"),
    )
}

fn unpack_ex(t: &Thread, x: Value, counts: usize) -> R<Value> {
    let (before, after) = (counts & 255, counts >> 8);
    let it = iterator(t, x)?;
    let all = list_methods::from_iterable(t, it)?;
    let n = all.len();
    if n < before + after {
        return Err(not_enough(t, before + after, n, "at least "));
    }
    let items = all.items();
    let middle = List::from_slice(t, &items[before..n - after])?;
    let mut out = ArgVec::new();
    out.extend(&items[..before]);
    out.push(middle.value());
    out.extend(&items[n - after..]);
    Ok(Tuple::new(&out).value())
}

/// A tuple of any iterable.
pub fn tuple_of(t: &Thread, x: Value) -> R<Gc<Tuple>> {
    tuple_methods::from_iterable(t, x)
}
