//! Short ways for exact builtin types, ahead of the general protocols.
//! `None`: no short way. Each must do exactly what the general one does.

use pyjit_heap::{Gc, Value};

use super::ops::{BinOp, Cmp};
use super::special::Special;
use super::thread::{R, Thread};
use super::{call, errors, kinds, ops};
use crate::types::bytes::{ByteArray, Bytes};
use crate::types::dict::Dict;
use crate::types::list::List;
use crate::types::range::Range;
use crate::types::set::Set;
use crate::types::slice::Bounds;
use crate::types::str_::Str;
use crate::types::tuple::Tuple;
use crate::types::type_::{Type, class_of, of_kind};
use crate::types::{
    bytearray_methods, dict_views, float, float_methods, int_methods, iterators, list_methods,
    range, str_methods, tuple_methods, wide,
};

/// The exact builtin kind of an object, 0 for all else.
#[inline(always)]
fn kind(v: Value) -> u32 {
    if v.is_ptr() { v.shape_id() } else { 0 }
}

/// `len(x)`.
#[inline]
pub fn len(x: Value) -> Option<usize> {
    Some(match kind(x) {
        kinds::LIST => Gc::<List>::from_value(x).len(),
        kinds::STR => Gc::<Str>::from_value(x).len(),
        kinds::TUPLE => Gc::<Tuple>::from_value(x).len(),
        kinds::DICT => Gc::<Dict>::from_value(x).len(),
        kinds::SET | kinds::FROZENSET => Gc::<Set>::from_value(x).len(),
        _ => return None,
    })
}

/// An index counted from 0, if it is in range.
#[inline(always)]
fn index(key: Value, len: usize) -> Option<usize> {
    if !key.is_int() {
        return None;
    }
    let i = key.as_int();
    let i = if i < 0 { i + len as i64 } else { i };
    if (i as u64) < len as u64 {
        Some(i as usize)
    } else {
        None
    }
}

/// `x[key]`.
#[inline]
pub fn getitem(t: &Thread, x: Value, key: Value) -> Option<R<Value>> {
    match kind(x) {
        kinds::DICT => Some(match Gc::<Dict>::from_value(x).get(t, key) {
            Ok(Some(v)) => Ok(v),
            Ok(None) => Err(errors::key_error(t, key)),
            Err(e) => Err(e),
        }),
        kinds::LIST => {
            let l: Gc<List> = Gc::from_value(x);
            match kind(key) {
                kinds::SLICE => Some(list_methods::getitem(t, l, key)),
                _ => index(key, l.len()).map(|i| Ok(l.get(i))),
            }
        }
        kinds::TUPLE => {
            let l: Gc<Tuple> = Gc::from_value(x);
            index(key, l.len()).map(|i| Ok(l.items()[i]))
        }
        kinds::BYTES => {
            let b = Gc::<Bytes>::from_value(x);
            index(key, b.len()).map(|i| Ok(Value::int(b.bytes()[i] as i64)))
        }
        kinds::BYTEARRAY => {
            let b = Gc::<ByteArray>::from_value(x);
            index(key, b.bytes().len()).map(|i| Ok(Value::int(b.bytes()[i] as i64)))
        }
        kinds::STR => {
            let s: Gc<Str> = Gc::from_value(x);
            let i = index(key, s.len())?;
            Some(Ok(str_methods::char_at(s, i).value()))
        }
        _ => None,
    }
}

fn bounds(i: Value, j: Value) -> Option<Bounds> {
    let bound = |v: Value| match v {
        v if v.is_int() => Some(Some(v.as_int())),
        v if v.is_none() => Some(None),
        _ => None,
    };
    Some(Bounds::of(bound(i)?, bound(j)?))
}

/// `x[i:j] = value`.
#[inline]
pub fn setslice(t: &Thread, x: Value, i: Value, j: Value, value: Value) -> Option<R<()>> {
    if kind(x) != kinds::LIST {
        return None;
    }
    let bounds = bounds(i, j)?;
    Some(list_methods::set_span(t, Gc::from_value(x), bounds, value))
}

/// `x[i:j]`.
#[inline]
pub fn getslice(t: &Thread, x: Value, i: Value, j: Value) -> Option<R<Value>> {
    let bounds = bounds(i, j)?;
    match kind(x) {
        kinds::STR => {
            let s: Gc<Str> = Gc::from_value(x);
            Some(Ok(str_methods::run(s, bounds.on(s.len())).value()))
        }
        kinds::LIST => {
            let l: Gc<List> = Gc::from_value(x);
            Some(list_methods::select(t, l, bounds.on(l.len())).map(Gc::value))
        }
        kinds::TUPLE => {
            let l: Gc<Tuple> = Gc::from_value(x);
            Some(Ok(tuple_methods::select(l, bounds.on(l.len())).value()))
        }
        _ => None,
    }
}

/// `x[key] = value`.
#[inline]
pub fn setitem(t: &Thread, x: Value, key: Value, value: Value) -> Option<R<()>> {
    match kind(x) {
        kinds::DICT => Some(Gc::<Dict>::from_value(x).set(t, key, value)),
        kinds::LIST => {
            let l: Gc<List> = Gc::from_value(x);
            if kind(key) == kinds::SLICE {
                return Some(list_methods::setitem(t, l, key, value));
            }
            index(key, l.len()).map(|i| {
                l.set(i, value);
                Ok(())
            })
        }
        kinds::BYTEARRAY if value.is_int() && (0..256).contains(&value.as_int()) => {
            let b = Gc::<ByteArray>::from_value(x);
            index(key, b.bytes().len()).map(|i| {
                b.bytes_mut()[i] = value.as_int() as u8;
                Ok(())
            })
        }
        _ => None,
    }
}

/// `class(x)` of the builtin conversions.
#[inline]
pub fn convert(t: &Thread, class: Gc<Type>, x: Value) -> Option<R<Value>> {
    // Subclasses have the same native kind, but another object.
    let same = |kind| class == crate::types::type_::of_kind(kind);
    match class.kind.get() {
        kinds::STR if same(kinds::STR) => Some(ops::str(t, x).map(Gc::value)),
        kinds::INT if same(kinds::INT) => Some(int_methods::from_object(t, x)),
        kinds::TYPE if same(kinds::TYPE) => Some(Ok(class_of(x).value())),
        kinds::LIST if same(kinds::LIST) => Some(list_methods::from_iterable(t, x).map(Gc::value)),
        kinds::TUPLE if same(kinds::TUPLE) => {
            Some(tuple_methods::from_iterable(t, x).map(Gc::value))
        }
        kinds::FLOAT if same(kinds::FLOAT) => {
            Some(float_methods::from_object(t, x).map(float::from_f64))
        }
        kinds::BOOL => Some(ops::truth(t, x).map(Value::bool)),
        kinds::RANGE if x.is_int() => {
            let (zero, one) = (Value::int(0), Value::int(1));
            Some(Range::new(t, zero, x, one).map(Gc::value))
        }
        kinds::DICT if same(kinds::DICT) && kind(x) == kinds::DICT => {
            Some(Ok(Gc::<Dict>::from_value(x).copy().value()))
        }
        _ => None,
    }
}

/// `class(...)` of builtin classes for positional arguments.
#[inline]
pub fn construct(t: &Thread, class: Gc<Type>, args: &[Value]) -> Option<R<Value>> {
    match args {
        [x] => convert(t, class, *x),
        [a, b] if class.kind.get() == kinds::RANGE && a.is_int() && b.is_int() => {
            Some(Range::new(t, *a, *b, Value::int(1)).map(Gc::value))
        }
        _ => None,
    }
}

/// `key in x`.
#[inline]
pub fn contains(t: &Thread, x: Value, key: Value) -> Option<R<bool>> {
    match kind(x) {
        kinds::DICT => Some(Gc::<Dict>::from_value(x).get(t, key).map(|v| v.is_some())),
        // Sets look for unhashable sets in another way.
        kinds::SET | kinds::FROZENSET if !matches!(kind(key), kinds::SET) && is_simple(key) => {
            Some(Gc::<Set>::from_value(x).contains(t, key))
        }
        kinds::STR => Some(str_methods::contains(t, Gc::from_value(x), key)),
        kinds::LIST => Some(list_methods::contains(t, Gc::from_value(x), key)),
        kinds::TUPLE => Some(tuple_methods::contains(t, Gc::from_value(x), key)),
        _ => None,
    }
}

fn is_simple(key: Value) -> bool {
    !key.is_ptr()
        || matches!(
            key.shape_id(),
            kinds::STR | kinds::TUPLE | kinds::INT | kinds::FLOAT
        )
}

/// `iter(x)`.
#[inline]
pub fn iter(t: &Thread, x: Value) -> Option<R<Value>> {
    Some(match kind(x) {
        kinds::LIST => Ok(iterators::list_iterator(Gc::from_value(x), false)),
        kinds::TUPLE => Ok(iterators::tuple_iterator(Gc::from_value(x))),
        kinds::RANGE => range::iter(t, Gc::<Range>::from_value(x)),
        kinds::STR => Ok(iterators::str_iterator(Gc::from_value(x))),
        kinds::DICT => Ok(dict_views::iterator(
            Gc::from_value(x),
            dict_views::Part::Keys,
            false,
        )),
        kinds::GENERATOR | kinds::ENUMERATE..=kinds::FILTER => Ok(x),
        _ => return None,
    })
}

/// `a op b`.
#[inline]
pub fn binary(t: &Thread, op: BinOp, a: Value, b: Value) -> Option<R<Value>> {
    match op {
        BinOp::Add if kind(a) == kinds::STR && kind(b) == kinds::STR => {
            let (a, b) = (Gc::from_value(a), Gc::from_value(b));
            Some(str_methods::concat(t, a, b).map(Gc::value))
        }
        _ if is_int(a) && is_int(b) => int_binary(t, op, a, b),
        BinOp::Add | BinOp::Sub | BinOp::Mul if is_bool(a) || is_bool(b) => {
            binary(t, op, without_bool(a), without_bool(b))
        }
        BinOp::Pow if a.is_float() => Some(float_methods::float_pow(t, a.as_float(), number(b)?)),
        BinOp::Add | BinOp::Sub | BinOp::Mul => {
            let (x, y) = (number(a)?, number(b)?);
            if !(a.is_float() || b.is_float() || kind(a) == kinds::FLOAT || kind(b) == kinds::FLOAT)
            {
                return None;
            }
            Some(Ok(float::from_f64(match op {
                BinOp::Add => x + y,
                BinOp::Sub => x - y,
                _ => x * y,
            })))
        }
        _ => None,
    }
}

/// `a op= b` of what changes in place, for operands of builtin kinds, which have no say in it.
pub fn inplace(t: &Thread, op: BinOp, a: Value, b: Value) -> Option<R<Value>> {
    if op != BinOp::Add {
        return None;
    }
    match (kind(a), kind(b)) {
        (kinds::BYTEARRAY, kinds::BYTES) => {
            Some(bytearray_methods::iadd(t, Gc::from_value(a), b).map(Gc::value))
        }
        _ => None,
    }
}

#[inline(always)]
fn is_bool(v: Value) -> bool {
    v == Value::TRUE || v == Value::FALSE
}

/// The number that arithmetic sees in place of a bool.
#[inline]
fn without_bool(v: Value) -> Value {
    match v {
        Value::TRUE => Value::int(1),
        Value::FALSE => Value::int(0),
        v => v,
    }
}

#[inline(always)]
fn is_int(v: Value) -> bool {
    v.is_int() || kind(v) == kinds::INT
}

/// `a ** b` of ints, `b` not negative.
fn power(t: &Thread, a: Value, b: Value) -> R<Value> {
    if a.is_int()
        && b.is_int()
        && let Ok(exp) = u32::try_from(b.as_int())
        && let Some(r) = a.as_int().checked_pow(exp)
    {
        return Ok(crate::types::int::from_i64(t, r));
    }
    int_methods::pow(t, a, b, None)
}

#[inline]
fn int_binary(t: &Thread, op: BinOp, a: Value, b: Value) -> Option<R<Value>> {
    use int_methods::*;
    if let Some(v) = wide::binary(op, a, b) {
        return Some(Ok(v));
    }
    Some(match op {
        BinOp::Add => add(t, a, b),
        BinOp::Sub => sub(t, a, b),
        BinOp::Mul => mul(t, a, b),
        BinOp::Floordiv => floordiv(t, a, b),
        BinOp::Mod => modulo(t, a, b),
        BinOp::And => and(t, a, b),
        BinOp::Or => or(t, a, b),
        BinOp::Xor => xor(t, a, b),
        BinOp::Lshift => lshift(t, a, b),
        BinOp::Rshift => rshift(t, a, b),
        BinOp::Pow if !crate::types::int::is_negative(b) => power(t, a, b),
        _ => return None,
    })
}

/// A float, or a small int as one.
#[inline]
fn number(v: Value) -> Option<f64> {
    if v.is_float() {
        Some(v.as_float())
    } else if v.is_int() {
        Some(v.as_int() as f64)
    } else if kind(v) == kinds::FLOAT {
        float::get(v)
    } else {
        None
    }
}

/// What a comparison of two tuples or two lists gives.
#[inline]
pub fn compare_sequences(t: &Thread, cmp: Cmp, a: Value, b: Value) -> Option<R<Value>> {
    Some(match (kind(a), kind(b)) {
        (kinds::TUPLE, kinds::TUPLE) => {
            let (x, y): (Gc<Tuple>, Gc<Tuple>) = (Gc::from_value(a), Gc::from_value(b));
            tuple_methods::compare_items(t, cmp, || (x.items(), y.items()))
        }
        (kinds::LIST, kinds::LIST) => {
            let (x, y): (Gc<List>, Gc<List>) = (Gc::from_value(a), Gc::from_value(b));
            call::enter_native(t, " in comparison")
                .and_then(|()| tuple_methods::compare_items(t, cmp, || (x.items(), y.items())))
        }
        _ => return None,
    })
}

/// The truth of a comparison.
#[inline]
pub fn compare(cmp: Cmp, a: Value, b: Value) -> Option<bool> {
    if a.is_int() && b.is_int() {
        return Some(cmp.of(a.as_int().cmp(&b.as_int())));
    }
    if kind(a) == kinds::STR && kind(b) == kinds::STR {
        let (x, y): (Gc<Str>, Gc<Str>) = (Gc::from_value(a), Gc::from_value(b));
        return Some(match cmp {
            Cmp::Eq => x.same(&y),
            Cmp::Ne => !x.same(&y),
            // Lone surrogates and UTF-8 alike: byte order is code point order.
            _ => cmp.of(x.bytes().cmp(y.bytes())),
        });
    }
    if is_int(a) && is_int(b) {
        return int_methods::order(a, b).map(|o| cmp.of(o));
    }
    if a.is_float() && b.is_float() {
        let (x, y) = (a.as_float(), b.as_float());
        return Some(match x.partial_cmp(&y) {
            Some(o) => cmp.of(o),
            None => cmp == Cmp::Ne,
        });
    }
    // The immediates equal nothing but themselves and what says so.
    if a.is_none() && !b.is_ptr() {
        return match cmp {
            Cmp::Eq => Some(a == b),
            Cmp::Ne => Some(a != b),
            _ => None,
        };
    }
    identity(cmp, a, b)
}

/// `a == b` or `a != b` where both classes leave that to `object`.
pub fn identity(cmp: Cmp, a: Value, b: Value) -> Option<bool> {
    if !matches!(cmp, Cmp::Eq | Cmp::Ne) {
        return None;
    }
    let object = of_kind(kinds::OBJECT);
    let inherits = |s: Special| {
        let f = object.special(s);
        class_of(a).special(s) == f && class_of(b).special(s) == f
    };
    // `object.__ne__` asks `__eq__`.
    let plain = inherits(Special::Eq) && (cmp == Cmp::Eq || inherits(Special::Ne));
    plain.then_some((a == b) == (cmp == Cmp::Eq))
}
