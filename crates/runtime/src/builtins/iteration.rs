//! `iter`, `next`, `sum`, `min`, `max`, `any`, `all`, `sorted`, `aiter`, `anext`.

use pyjit_heap::{Gc, Value};

use crate::core::native::NativeDef;
use crate::core::ops::{self, BinOp, Cmp};
use crate::core::special::Special;
use crate::core::thread::{R, Thread};
use crate::core::{call, errors};
use crate::types::complex::{self, Complex};
use crate::types::dict::Dict;
use crate::types::float::{self, Float};
use crate::types::int;
use crate::types::iterator_tools;
use crate::types::list::List;
use crate::types::str_::Str;
use crate::types::tuple::Tuple;
use crate::types::type_::{class_of, type_name};
use crate::types::{bytes, list_methods, sort};

fn iter(t: &Thread, object: Value, sentinel: Option<Value>) -> R<Value> {
    match sentinel {
        None => ops::iter(t, object),
        Some(s) if call::is_callable(object) => Ok(iterator_tools::callable_iterator(object, s)),
        Some(_) => Err(errors::type_error(t, "iter(v, w): v must be callable")),
    }
}
fn next(t: &Thread, iterator: Value, default: Option<Value>) -> R<Value> {
    if class_of(iterator).special(Special::Next).is_none() {
        return Err(errors::type_error(
            t,
            format!("'{}' object is not an iterator", type_name(iterator)),
        ));
    }
    let Some(d) = default else {
        return match call::call_special(t, iterator, Special::Next, &[]) {
            Some(r) => r,
            None => Err(errors::stop_iteration(t, Value::NONE)),
        };
    };
    Ok(ops::next(t, iterator)?.unwrap_or(d))
}

/// A sum of doubles with what rounding lost (Neumaier's compensation).
#[derive(Clone, Copy)]
struct Compensated {
    sum: f64,
    lost: f64,
}

impl Compensated {
    fn new(sum: f64) -> Compensated {
        Compensated { sum, lost: 0.0 }
    }
    fn add(self, x: f64) -> Compensated {
        let s = self.sum + x;
        let lost = if self.sum.abs() >= x.abs() {
            (self.sum - s) + x
        } else {
            (x - s) + self.sum
        };
        Compensated {
            sum: s,
            lost: self.lost + lost,
        }
    }
    fn total(self) -> f64 {
        if self.lost != 0.0 && self.lost.is_finite() {
            self.sum + self.lost
        } else {
            self.sum
        }
    }
}

/// Running total of `sum`, unboxed as long as possible. It goes from each
/// variant to a later one only, as in CPython: what is compensated shows.
#[derive(Clone, Copy)]
enum Total {
    Int(i64),
    Float(Compensated),
    Complex(Compensated, Compensated),
    Any(Value),
}

/// An exact float.
fn exact_float(v: Value) -> Option<f64> {
    if v.is_float() || v.cast_exact::<Float>().is_some() {
        float::get(v)
    } else {
        None
    }
}
fn exact_complex(v: Value) -> Option<(f64, f64)> {
    v.cast_exact::<Complex>().map(|c| (c.re.get(), c.im.get()))
}

impl Total {
    /// The total so far, if it is of a type that is not ruled out by `least`.
    fn of(v: Value, least: u8) -> Total {
        if least == 0 && v.is_int() {
            Total::Int(v.as_int())
        } else if let (Some(x), true) = (exact_float(v), least <= 1) {
            Total::Float(Compensated::new(x))
        } else if let (Some((re, im)), true) = (exact_complex(v), least <= 2) {
            Total::Complex(Compensated::new(re), Compensated::new(im))
        } else {
            Total::Any(v)
        }
    }
    fn value(self, t: &Thread) -> Value {
        match self {
            Total::Int(i) => int::from_i64(t, i),
            Total::Float(c) => float::from_f64(c.total()),
            Total::Complex(re, im) => complex::make(re.total(), im.total()),
            Total::Any(v) => v,
        }
    }
    fn add(self, t: &Thread, v: Value) -> R<Total> {
        let least = match self {
            Total::Int(i) => {
                let x = if v.is_int() || v.is_bool() || v.cast_exact::<int::Int>().is_some() {
                    int::to_i64(v)
                } else {
                    None
                };
                if let Some(s) = x.and_then(|x| i.checked_add(x)) {
                    return Ok(Total::Int(s));
                }
                1
            }
            Total::Float(c) => {
                if let Some(x) = exact_float(v) {
                    return Ok(Total::Float(c.add(x)));
                }
                if let Some(i) = int::to_i64(v) {
                    return Ok(Total::Float(c.add(i as f64)));
                }
                2
            }
            Total::Complex(re, im) => {
                if let Some((x, y)) = exact_complex(v) {
                    return Ok(Total::Complex(re.add(x), im.add(y)));
                }
                if let Some(x) = int::to_i64(v).map(|i| i as f64).or_else(|| float::get(v)) {
                    return Ok(Total::Complex(re.add(x), im));
                }
                3
            }
            Total::Any(_) => 3,
        };
        let sum = ops::binary(t, BinOp::Add, self.value(t), v)?;
        Ok(Total::of(sum, least))
    }
}

fn sum(t: &Thread, iterable: Value, start: Option<Value>) -> R<Value> {
    let mut total = match start {
        None => Total::Int(0),
        Some(v) => {
            let bad = if v.cast::<Str>().is_some() {
                Some("sum() can't sum strings [use ''.join(seq) instead]")
            } else if v.cast::<bytes::Bytes>().is_some() {
                Some("sum() can't sum bytes [use b''.join(seq) instead]")
            } else if v.cast::<bytes::ByteArray>().is_some() {
                Some("sum() can't sum bytearray [use b''.join(seq) instead]")
            } else {
                None
            };
            match bad {
                Some(m) => return Err(errors::type_error(t, m)),
                None => Total::of(v, 0),
            }
        }
    };
    ops::for_each(t, iterable, |v| {
        if let Total::Int(i) = &mut total
            && v.is_int()
            && let Some(s) = i.checked_add(v.as_int())
        {
            *i = s;
            return Ok(());
        }
        total = total.add(t, v)?;
        Ok(())
    })?;
    Ok(total.value(t))
}

fn extreme(
    t: &Thread,
    name: &str,
    cmp: Cmp,
    args: Gc<Tuple>,
    kwargs: Option<Gc<Dict>>,
) -> R<Value> {
    let (mut key, mut default) = (None, None);
    if args.is_empty() {
        let m = format!("{name} expected at least 1 argument, got 0");
        return Err(errors::type_error(t, m));
    }
    for (k, v) in kwargs.iter().flat_map(|d| d.iter()) {
        match k.cast::<Str>().map(|s| s.bytes().to_vec()).as_deref() {
            Some(b"key") => key = Some(v).filter(|v| !v.is_none()),
            Some(b"default") => default = Some(v),
            _ => {
                let m = format!(
                    "{name}() got an unexpected keyword argument '{}'",
                    ops::str(t, k)?.lossy()
                );
                return Err(errors::type_error(t, m));
            }
        }
    }
    let source = match args.items() {
        [x] => *x,
        _ if default.is_some() => {
            let m =
                format!("Cannot specify a default for {name}() with multiple positional arguments");
            return Err(errors::type_error(t, m));
        }
        _ => args.value(),
    };
    let mut best: Option<(Value, Value)> = None;
    ops::for_each(t, source, |v| {
        let k = match key {
            Some(f) => call::call(t, f, &[v])?,
            None => v,
        };
        let better = match best {
            None => true,
            Some((b, _)) => ops::compare_bool(t, cmp, k, b)?,
        };
        if better {
            best = Some((k, v));
        }
        Ok(())
    })?;
    match best.map(|(_, v)| v).or(default) {
        Some(v) => Ok(v),
        None => Err(errors::value_error(
            t,
            format!("{name}() iterable argument is empty"),
        )),
    }
}
fn min(t: &Thread, args: Gc<Tuple>, kwargs: Option<Gc<Dict>>) -> R<Value> {
    extreme(t, "min", Cmp::Lt, args, kwargs)
}
fn max(t: &Thread, args: Gc<Tuple>, kwargs: Option<Gc<Dict>>) -> R<Value> {
    extreme(t, "max", Cmp::Gt, args, kwargs)
}
fn any(t: &Thread, iterable: Value) -> R<bool> {
    let it = ops::iter(t, iterable)?;
    while let Some(v) = ops::next(t, it)? {
        if ops::truth(t, v)? {
            return Ok(true);
        }
    }
    Ok(false)
}
fn all(t: &Thread, iterable: Value) -> R<bool> {
    let it = ops::iter(t, iterable)?;
    while let Some(v) = ops::next(t, it)? {
        if !ops::truth(t, v)? {
            return Ok(false);
        }
    }
    Ok(true)
}
fn sorted(t: &Thread, iterable: Value, key: Option<Value>, reverse: Option<bool>) -> R<Gc<List>> {
    let l = list_methods::from_iterable(t, iterable)?;
    sort::sort(t, l, key.filter(|k| !k.is_none()), reverse.unwrap_or(false))?;
    Ok(l)
}
fn aiter(t: &Thread, object: Value) -> R<Value> {
    let Some(r) = call::call_special(t, object, Special::Aiter, &[]) else {
        return Err(errors::type_error(
            t,
            format!("'{}' object is not an async iterable", type_name(object)),
        ));
    };
    let it = r?;
    if class_of(it).special(Special::Anext).is_none() {
        let m = format!(
            "aiter() returned not an async iterator of type '{}'",
            type_name(it)
        );
        return Err(errors::type_error(t, m));
    }
    Ok(it)
}
fn anext(t: &Thread, iterator: Value, default: Option<Value>) -> R<Value> {
    let Some(r) = call::call_special(t, iterator, Special::Anext, &[]) else {
        return Err(errors::type_error(
            t,
            format!("'{}' object is not an async iterator", type_name(iterator)),
        ));
    };
    match default {
        None => r,
        Some(d) => t.host().anext_default(t, r?, d),
    }
}

/// The table of this theme.
pub const FUNCTIONS: &[NativeDef] = crate::native_table! {
    /// Get an iterator from an object.
    iter(object, sentinel=None, /) => iter;
    /// Return the next item from the iterator.
    next(iterator, default=None, /) => next;
    /// Return the sum of a 'start' value (default: 0) plus an iterable of numbers
    sum(iterable, /, start=0) => sum;
    /// min(iterable, *[, default=obj, key=func]) -> value
    /// min(arg1, arg2, *args, *[, key=func]) -> value
    ///
    /// With a single iterable argument, return its smallest item. The
    /// default keyword-only argument specifies an object to return if
    /// the provided iterable is empty.
    /// With two or more positional arguments, return the smallest argument.
    min(*args, **kwargs) => min;
    /// max(iterable, *[, default=obj, key=func]) -> value
    /// max(arg1, arg2, *args, *[, key=func]) -> value
    ///
    /// With a single iterable argument, return its biggest item. The
    /// default keyword-only argument specifies an object to return if
    /// the provided iterable is empty.
    /// With two or more positional arguments, return the largest argument.
    max(*args, **kwargs) => max;
    /// Return True if bool(x) is True for any x in the iterable.
    any(iterable, /) => any;
    /// Return True if bool(x) is True for all values x in the iterable.
    all(iterable, /) => all;
    /// Return a new list containing all items from the iterable in ascending order.
    sorted(iterable, /, *, key=None, reverse=False) => sorted;
    /// Return an AsyncIterator for an AsyncIterable object.
    aiter(async_iterable, /) => aiter;
    /// Return the next item from the async iterator.
    anext(async_iterator, default=None, /) => anext;
};
