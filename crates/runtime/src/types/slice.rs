//! `slice`, and index arithmetic for all sequences.

use pyjit_heap::{Field, Gc, Header, Value, heap_object};

use crate::core::ops::{self, Cmp};
use crate::core::thread::{R, Raised, Thread};
use crate::core::{errors, kinds};
use crate::types::int;
use crate::types::tuple::Tuple;
use crate::types::type_::{class_of, type_name};

/// A slice object.
#[repr(C)]
pub struct Slice {
    header: Header,
    pub start: Field,
    pub stop: Field,
    pub step: Field,
}
heap_object!(Slice = kinds::SLICE, refs 1..4);

impl Slice {
    /// `slice(start, stop, step)`.
    #[inline]
    pub fn new(start: Value, stop: Value, step: Value) -> Gc<Slice> {
        Gc::new(Slice {
            header: Header::NEW,
            start: Field::new(start),
            stop: Field::new(stop),
            step: Field::new(step),
        })
    }
}

/// A slice applied to a sequence of known length: `count` items from `start` by `step`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Span {
    pub start: i64,
    pub stop: i64,
    pub step: i64,
    pub count: usize,
}

impl Span {
    /// The selected indices in order.
    pub fn indices(self) -> impl Iterator<Item = usize> {
        (0..self.count as i64).map(move |i| (self.start + i * self.step) as usize)
    }
}

/// The three parts of a slice as machine integers; `None` for `None`.
#[derive(Clone, Copy)]
pub struct Bounds {
    start: Option<i64>,
    stop: Option<i64>,
    step: i64,
}

/// Reads a slice; `__index__` of its parts is called here.
pub fn unpack(t: &Thread, s: Gc<Slice>) -> R<Bounds> {
    let step = if s.step.get().is_none() {
        1
    } else {
        clamp_index(t, s.step.get())?
    };
    if step == 0 {
        return Err(errors::value_error(t, "slice step cannot be zero"));
    }
    let part = |v: Value| match v.is_none() {
        true => Ok(None),
        false => clamp_index(t, v).map(Some),
    };
    Ok(Bounds {
        start: part(s.start.get())?,
        stop: part(s.stop.get())?,
        step: step.max(-i64::MAX),
    })
}

impl Bounds {
    /// Those of `x[start:stop]`.
    #[inline]
    pub fn of(start: Option<i64>, stop: Option<i64>) -> Bounds {
        Bounds {
            start,
            stop,
            step: 1,
        }
    }
    /// Applied to a sequence of `len` items.
    pub fn on(self, len: usize) -> Span {
        let (len, step) = (len as i64, self.step);
        let (low, high) = if step < 0 { (-1, len - 1) } else { (0, len) };
        let bound = |i: Option<i64>, default: i64| match i {
            None => default,
            Some(i) if i < 0 => (i + len).max(low),
            Some(i) => i.min(high),
        };
        let start = bound(self.start, if step < 0 { high } else { low });
        let stop = bound(self.stop, if step < 0 { low } else { high });
        Span {
            start,
            stop,
            step,
            count: count(start, stop, step),
        }
    }
}

/// Applies `s` to a sequence of `len` items.
#[inline]
pub fn span(t: &Thread, s: Gc<Slice>, len: usize) -> R<Span> {
    Ok(unpack(t, s)?.on(len))
}

/// How many steps lead from `start` to before `stop`.
pub fn count(start: i64, stop: i64, step: i64) -> usize {
    if step > 0 && start < stop {
        ((stop - start - 1) as u64 / step as u64 + 1) as usize
    } else if step < 0 && start > stop {
        ((start - stop - 1) as u64 / step.unsigned_abs() + 1) as usize
    } else {
        0
    }
}

/// Can `v` be a bound?
fn check_bound(t: &Thread, v: Value) -> R<()> {
    let index = crate::core::special::Special::Index;
    if int::is_int(v) || class_of(v).special(index).is_some() {
        return Ok(());
    }
    let m = "slice indices must be integers or None or have an __index__ method";
    Err(errors::type_error(t, m))
}

/// A slice bound: `__index__`, clamped to 64 bits.
fn clamp_index(t: &Thread, v: Value) -> R<i64> {
    if v.is_int() {
        return Ok(v.as_int());
    }
    check_bound(t, v)?;
    let i = ops::index(t, v)?;
    Ok(int::to_i64(i)
        .unwrap_or(if int::is_negative(i) {
            -i64::MAX
        } else {
            i64::MAX
        })
        .clamp(-i64::MAX, i64::MAX))
}

/// The position that index `v` means in a sequence of `len` items; `what` is
/// the sequence's name in messages (`list`, `tuple`, ...).
#[inline]
pub fn position(t: &Thread, v: Value, len: usize, what: &str) -> R<usize> {
    position_in(t, v, || len, what)
}
/// The same for what `__index__` may change: its length is asked afterwards.
pub fn position_in(t: &Thread, v: Value, len: impl Fn() -> usize, what: &str) -> R<usize> {
    if !v.is_int()
        && !int::is_int(v)
        && class_of(v)
            .special(crate::core::special::Special::Index)
            .is_none()
    {
        return Err(bad_index(t, v, what));
    }
    let i = if v.is_int() {
        v.as_int()
    } else {
        let i = ops::index(t, v)?;
        match int::to_i64(i) {
            Some(i) => i,
            None => {
                let m = format!("cannot fit '{}' into an index-sized integer", type_name(v));
                return Err(errors::index_error(t, m));
            }
        }
    };
    let len = len() as i64;
    let at = if i < 0 { i + len } else { i };
    if at < 0 || at >= len {
        return Err(errors::index_error(t, format!("{what} index out of range")));
    }
    Ok(at as usize)
}

#[cold]
fn bad_index(t: &Thread, v: Value, what: &str) -> Raised {
    let name = what.split(' ').next().unwrap_or(what);
    errors::type_error(
        t,
        format!(
            "{name} indices must be integers or slices, not {}",
            type_name(v)
        ),
    )
}

/// The same for `list.index` and its like, where `None` is no bound.
pub fn index_bound(t: &Thread, v: Option<Value>, default: usize, len: usize) -> R<usize> {
    if v.is_some_and(|v| {
        !int::is_int(v)
            && class_of(v)
                .special(crate::core::special::Special::Index)
                .is_none()
    }) {
        let m = "slice indices must be integers or have an __index__ method";
        return Err(errors::type_error(t, m));
    }
    clamp_bound(t, v, default, len)
}

/// An optional start or stop argument of `find(x, start, stop)`, clamped to `0..=len`.
pub fn clamp_bound(t: &Thread, v: Option<Value>, default: usize, len: usize) -> R<usize> {
    let Some(v) = v.filter(|v| !v.is_none()) else {
        return Ok(default);
    };
    let i = clamp_index(t, v)?;
    Ok(if i < 0 {
        (i + len as i64).max(0)
    } else {
        i.min(len as i64)
    } as usize)
}

fn new(_t: &Thread, _class: Value, a: Value, b: Option<Value>, c: Option<Value>) -> Gc<Slice> {
    match b {
        None => Slice::new(Value::NONE, a, Value::NONE),
        Some(b) => Slice::new(a, b, c.unwrap_or(Value::NONE)),
    }
}
fn parts(this: Gc<Slice>) -> Gc<Tuple> {
    Tuple::new(&[this.start.get(), this.stop.get(), this.step.get()])
}
fn repr(t: &Thread, this: Gc<Slice>) -> R<String> {
    Ok(format!(
        "slice{}",
        ops::repr(t, parts(this).value())?.lossy()
    ))
}
fn hash(t: &Thread, this: Gc<Slice>) -> R<i64> {
    ops::hash(t, parts(this).value())
}
fn compare(t: &Thread, cmp: Cmp, a: Gc<Slice>, b: Value) -> R<Value> {
    match b.cast::<Slice>() {
        Some(b) => ops::compare(t, cmp, parts(a).value(), parts(b).value()),
        None => Ok(Value::NOT_IMPLEMENTED),
    }
}
crate::comparisons!(Gc<Slice>, compare);
fn start(_t: &Thread, this: Gc<Slice>) -> Value {
    this.start.get()
}
fn stop(_t: &Thread, this: Gc<Slice>) -> Value {
    this.stop.get()
}
fn step(_t: &Thread, this: Gc<Slice>) -> Value {
    this.step.get()
}
fn indices(t: &Thread, this: Gc<Slice>, length: Value) -> R<Gc<Tuple>> {
    let n = ops::index(t, length)?;
    if int::is_negative(n) {
        return Err(errors::value_error(t, "length should not be negative"));
    }
    let small = |v: Value| v.is_int() || v.is_none();
    let parts = [this.start.get(), this.stop.get(), this.step.get()];
    let n = match int::to_i64(n) {
        Some(n) if parts.into_iter().all(small) => n,
        _ => return big_indices(t, this, n),
    };
    let s = span(t, this, n as usize)?;
    Ok(Tuple::new(&[
        int::from_i64(t, s.start),
        int::from_i64(t, s.stop),
        int::from_i64(t, s.step),
    ]))
}

/// The same on lengths beyond 64 bits, with Python's own arithmetic.
fn big_indices(t: &Thread, this: Gc<Slice>, n: Value) -> R<Gc<Tuple>> {
    use ops::{BinOp, binary, compare_bool};
    let zero = Value::int(0);
    let index = |v: Value| {
        check_bound(t, v)?;
        ops::index(t, v)
    };
    let step = if this.step.get().is_none() {
        Value::int(1)
    } else {
        index(this.step.get())?
    };
    if step == zero {
        return Err(errors::value_error(t, "slice step cannot be zero"));
    }
    let negative = int::is_negative(step);
    let (low, high) = match negative {
        true => (Value::int(-1), binary(t, BinOp::Sub, n, Value::int(1))?),
        false => (zero, n),
    };
    let bound = |v: Value, default: Value| -> R<Value> {
        if v.is_none() {
            return Ok(default);
        }
        let i = index(v)?;
        if int::is_negative(i) {
            let i = binary(t, BinOp::Add, i, n)?;
            return Ok(if compare_bool(t, Cmp::Lt, i, low)? {
                low
            } else {
                i
            });
        }
        Ok(if compare_bool(t, Cmp::Gt, i, high)? {
            high
        } else {
            i
        })
    };
    let start = bound(this.start.get(), if negative { high } else { low })?;
    let stop = bound(this.stop.get(), if negative { low } else { high })?;
    Ok(Tuple::new(&[start, stop, step]))
}
fn reduce(_t: &Thread, this: Gc<Slice>) -> Gc<Tuple> {
    Tuple::new(&[class_of(this.value()).value(), parts(this).value()])
}

crate::py_class! {
    /// slice(stop)
    /// slice(start, stop[, step])
    ///
    /// Create a slice object.  This is used for extended slicing (e.g. a[0:10:2]).
    pub CLASS: Slice = "slice", base kinds::OBJECT, flags 0;
    methods {
        @staticmethod __new__(cls, start, stop=None, step=None, /) => new;
        __repr__(self, /) => repr;
        __hash__(self, /) => hash;
        __lt__(self, value, /) => lt; __le__(self, value, /) => le; __eq__(self, value, /) => eq;
        __ne__(self, value, /) => ne; __gt__(self, value, /) => gt; __ge__(self, value, /) => ge;
        /// Return (start, stop, step) for a sequence of the given length.
        indices(self, length, /) => indices;
        __reduce__(self, /) => reduce;
    }
    getset { start => start; stop => stop; step => step; }
}
