//! `range` and its iterators.

use std::cell::Cell;

use pyjit_heap::{Field, Gc, Header, Value, heap_object};

use crate::core::ops::{self, BinOp, Cmp};
use crate::core::special::Special;
use crate::core::thread::{R, Thread};
use crate::core::{errors, kinds};
use crate::types::int;
use crate::types::iterators::{iter_self, next_method};
use crate::types::slice::{self, Slice};
use crate::types::tuple::Tuple;
use crate::types::type_::{class_of, flags, type_name};

/// A range. The bounds are int objects; `len` is their derived length.
#[repr(C)]
pub struct Range {
    header: Header,
    pub start: Field,
    pub stop: Field,
    pub step: Field,
    pub length: Field,
}
heap_object!(Range = kinds::RANGE, refs 1..5);

/// Iterator over a range of small ints, whose end is a small int, too.
#[repr(C)]
pub struct RangeIterator {
    header: Header,
    pub next: Cell<i64>,
    pub step: Cell<i64>,
    /// What `next` is when there are no more.
    pub stop: Cell<i64>,
}
heap_object!(RangeIterator = kinds::RANGE_ITERATOR, no refs);

/// Iterator over a range beyond machine integers: start, step, length, index.
#[repr(C)]
pub struct LongRangeIterator {
    header: Header,
    pub next: Field,
    pub step: Field,
    pub remaining: Field,
}
heap_object!(LongRangeIterator = kinds::LONG_RANGE_ITERATOR, refs 1..4);

/// The next number of a machine-integer range.
#[inline(always)]
pub fn next(t: &Thread, it: Gc<RangeIterator>) -> Option<Value> {
    let v = it.next.get();
    if v == it.stop.get() {
        return None;
    }
    it.next.set(v + it.step.get());
    Some(int::from_i64(t, v))
}

impl RangeIterator {
    /// Numbers still to come.
    pub fn remaining(&self) -> i64 {
        (self.stop.get() - self.next.get()) / self.step.get()
    }
}

impl Range {
    /// `range(start, stop, step)` of exact ints, `step` not zero.
    pub fn new(t: &Thread, start: Value, stop: Value, step: Value) -> R<Gc<Range>> {
        let length = length(t, start, stop, step)?;
        Ok(Gc::new(Range {
            header: Header::NEW,
            start: Field::new(start),
            stop: Field::new(stop),
            step: Field::new(step),
            length: Field::new(length),
        }))
    }
    /// (start, step, length) if all numbers of the range are machine integers.
    pub fn small(&self) -> Option<(i64, i64, u64)> {
        let (a, b, s) = (self.start.get(), self.stop.get(), self.step.get());
        if !(a.is_int() && b.is_int() && s.is_int()) {
            return None;
        }
        Some((
            a.as_int(),
            s.as_int(),
            int::to_i64(self.length.get())? as u64,
        ))
    }
}

fn length(t: &Thread, start: Value, stop: Value, step: Value) -> R<Value> {
    if start.is_int() && stop.is_int() && step.is_int() {
        return Ok(int::from_i64(
            t,
            slice::count(start.as_int(), stop.as_int(), step.as_int()) as i64,
        ));
    }
    let zero = Value::int(0);
    let (lo, hi, step) = match int::is_negative(step) {
        false => (start, stop, step),
        true => (stop, start, ops::unary(t, Special::Neg, step)?),
    };
    if !ops::compare_bool(t, Cmp::Lt, lo, hi)? {
        return Ok(zero);
    }
    let gap = ops::binary(t, BinOp::Sub, hi, lo)?;
    let gap = ops::binary(t, BinOp::Sub, gap, Value::int(1))?;
    let n = ops::binary(t, BinOp::Floordiv, gap, step)?;
    ops::binary(t, BinOp::Add, n, Value::int(1))
}

fn exact_index(t: &Thread, v: Value) -> R<Value> {
    let v = ops::index(t, v)?;
    Ok(int::exact(v).unwrap_or(v))
}

fn new(t: &Thread, _class: Value, a: Value, b: Option<Value>, c: Option<Value>) -> R<Gc<Range>> {
    let Some(b) = b else {
        return Range::new(t, Value::int(0), exact_index(t, a)?, Value::int(1));
    };
    let (a, b) = (exact_index(t, a)?, exact_index(t, b)?);
    let step = match c {
        Some(c) => exact_index(t, c)?,
        None => Value::int(1),
    };
    if step == Value::int(0) {
        return Err(errors::value_error(t, "range() arg 3 must not be zero"));
    }
    Range::new(t, a, b, step)
}

fn len(t: &Thread, this: Gc<Range>) -> R<Value> {
    let n = this.length.get();
    match int::to_i64(n) {
        Some(_) => Ok(n),
        None => Err(errors::overflow_error(
            t,
            "Python int too large to convert to C ssize_t",
        )),
    }
}
fn bool_(_t: &Thread, this: Gc<Range>) -> bool {
    this.length.get() != Value::int(0)
}

/// `start + i * step`.
fn item(t: &Thread, this: Gc<Range>, i: Value) -> R<Value> {
    let offset = ops::binary(t, BinOp::Mul, i, this.step.get())?;
    ops::binary(t, BinOp::Add, this.start.get(), offset)
}

fn getitem(t: &Thread, this: Gc<Range>, key: Value) -> R<Value> {
    if let Some(s) = key.cast::<Slice>() {
        return slice_of(t, this, s);
    }
    if class_of(key).special(Special::Index).is_none() {
        let m = format!(
            "range indices must be integers or slices, not {}",
            super::type_::type_name(key)
        );
        return Err(errors::type_error(t, m));
    }
    let mut i = exact_index(t, key)?;
    if int::is_negative(i) {
        i = ops::binary(t, BinOp::Add, i, this.length.get())?;
    }
    if int::is_negative(i) || !ops::compare_bool(t, Cmp::Lt, i, this.length.get())? {
        return Err(errors::index_error(t, "range object index out of range"));
    }
    item(t, this, i)
}

fn slice_of(t: &Thread, this: Gc<Range>, s: Gc<Slice>) -> R<Value> {
    let parts = crate::core::call::call_attr(t, s.value(), "indices", &[this.length.get()])?;
    let p: Gc<Tuple> = Gc::from_value(parts);
    let (start, stop, step) = (p.items()[0], p.items()[1], p.items()[2]);
    let new_step = ops::binary(t, BinOp::Mul, this.step.get(), step)?;
    let (a, b) = (item(t, this, start)?, item(t, this, stop)?);
    Ok(Range::new(t, a, b, new_step)?.value())
}

/// Is the int `x` in the range?
fn contains_int(t: &Thread, this: Gc<Range>, x: Value) -> R<bool> {
    let (start, stop, step) = (this.start.get(), this.stop.get(), this.step.get());
    let inside = match int::is_negative(step) {
        false => {
            ops::compare_bool(t, Cmp::Le, start, x)? && ops::compare_bool(t, Cmp::Lt, x, stop)?
        }
        true => ops::compare_bool(t, Cmp::Lt, stop, x)? && ops::compare_bool(t, Cmp::Le, x, start)?,
    };
    if !inside {
        return Ok(false);
    }
    let offset = ops::binary(t, BinOp::Sub, x, start)?;
    Ok(ops::binary(t, BinOp::Mod, offset, step)? == Value::int(0))
}

fn is_plain_int(x: Value) -> bool {
    x.is_int() || x.is_bool() || x.cast_exact::<int::Int>().is_some()
}

fn contains(t: &Thread, this: Gc<Range>, x: Value) -> R<bool> {
    if is_plain_int(x) {
        return contains_int(t, this, int::exact(x).unwrap_or(x));
    }
    let it = iter(t, this)?;
    while let Some(v) = ops::next(t, it)? {
        if ops::eq(t, v, x)? {
            return Ok(true);
        }
    }
    Ok(false)
}
fn count(t: &Thread, this: Gc<Range>, x: Value) -> R<usize> {
    if is_plain_int(x) {
        return Ok(contains_int(t, this, int::exact(x).unwrap_or(x))? as usize);
    }
    let (mut n, it) = (0, iter(t, this)?);
    while let Some(v) = ops::next(t, it)? {
        n += ops::eq(t, v, x)? as usize;
    }
    Ok(n)
}
fn index(t: &Thread, this: Gc<Range>, x: Value) -> R<Value> {
    if is_plain_int(x) {
        let x = int::exact(x).unwrap_or(x);
        if contains_int(t, this, x)? {
            let offset = ops::binary(t, BinOp::Sub, x, this.start.get())?;
            return ops::binary(t, BinOp::Floordiv, offset, this.step.get());
        }
        let m = "range.index(x): x not in range";
        return Err(errors::value_error(t, m));
    } else {
        let (mut n, it) = (0, iter(t, this)?);
        while let Some(v) = ops::next(t, it)? {
            if ops::eq(t, v, x)? {
                return Ok(Value::int(n));
            }
            n += 1;
        }
    }
    let m = "sequence.index(x): x not in sequence";
    Err(errors::value_error(t, m))
}

fn iterator(t: &Thread, start: Value, step: Value, length: Value) -> Value {
    let _ = t;
    let stop = || {
        let n = int::to_i64(length)?;
        let end = step.as_int().checked_mul(n)?.checked_add(start.as_int())?;
        Value::try_int(end)
    };
    if let (true, true, Some(stop)) = (start.is_int(), step.is_int(), stop()) {
        return Gc::new(RangeIterator {
            header: Header::NEW,
            next: Cell::new(start.as_int()),
            step: Cell::new(step.as_int()),
            stop: Cell::new(stop.as_int()),
        })
        .value();
    }
    Gc::new(LongRangeIterator {
        header: Header::NEW,
        next: Field::new(start),
        step: Field::new(step),
        remaining: Field::new(length),
    })
    .value()
}

/// `iter(range)`.
pub fn iter(t: &Thread, this: Gc<Range>) -> R<Value> {
    Ok(iterator(
        t,
        this.start.get(),
        this.step.get(),
        this.length.get(),
    ))
}
fn reversed(t: &Thread, this: Gc<Range>) -> R<Value> {
    let last = ops::binary(t, BinOp::Sub, this.length.get(), Value::int(1))?;
    let start = item(t, this, last)?;
    let step = ops::unary(t, Special::Neg, this.step.get())?;
    Ok(iterator(t, start, step, this.length.get()))
}
fn repr(t: &Thread, this: Gc<Range>) -> R<String> {
    let (a, b) = (
        ops::repr(t, this.start.get())?,
        ops::repr(t, this.stop.get())?,
    );
    if this.step.get() == Value::int(1) {
        return Ok(format!("range({}, {})", a.lossy(), b.lossy()));
    }
    Ok(format!(
        "range({}, {}, {})",
        a.lossy(),
        b.lossy(),
        ops::repr(t, this.step.get())?.lossy()
    ))
}
/// What equality and hash are about: (length, start, step) as far as they matter.
fn essence(this: Gc<Range>) -> Gc<Tuple> {
    let n = this.length.get();
    let (start, step) = match n {
        v if v == Value::int(0) => (Value::NONE, Value::NONE),
        v if v == Value::int(1) => (this.start.get(), Value::NONE),
        _ => (this.start.get(), this.step.get()),
    };
    Tuple::new(&[n, start, step])
}
fn eq(t: &Thread, a: Gc<Range>, b: Value) -> R<Value> {
    match b.cast::<Range>() {
        Some(b) => ops::compare(t, Cmp::Eq, essence(a).value(), essence(b).value()),
        None => Ok(Value::NOT_IMPLEMENTED),
    }
}
fn hash(t: &Thread, this: Gc<Range>) -> R<i64> {
    ops::hash(t, essence(this).value())
}
fn reduce(_t: &Thread, this: Gc<Range>) -> Gc<Tuple> {
    let args = Tuple::new(&[this.start.get(), this.stop.get(), this.step.get()]);
    Tuple::new(&[class_of(this.value()).value(), args.value()])
}
fn start(_t: &Thread, this: Gc<Range>) -> Value {
    this.start.get()
}
fn stop(_t: &Thread, this: Gc<Range>) -> Value {
    this.stop.get()
}
fn step(_t: &Thread, this: Gc<Range>) -> Value {
    this.step.get()
}

crate::py_class! {
    /// range(stop) -> range object
    /// range(start, stop[, step]) -> range object
    ///
    /// Return an object that produces a sequence of integers from start (inclusive)
    /// to stop (exclusive) by step.  range(i, j) produces i, i+1, i+2, ..., j-1.
    /// start defaults to 0, and stop is omitted!  range(4) produces 0, 1, 2, 3.
    /// These are exactly the valid indices for a list of 4 elements.
    /// When step is given, it specifies the increment (or decrement).
    pub CLASS: Range = "range", base kinds::OBJECT, flags flags::SEQUENCE;
    methods {
        @staticmethod __new__(cls, start, stop=None, step=None, /) => new;
        __len__(self, /) => len [pure];
        __bool__(self, /) => bool_;
        __getitem__(self, key, /) => getitem;
        __contains__(self, key, /) => contains;
        __iter__(self, /) => iter [leaf];
        /// Return a reverse iterator.
        __reversed__(self, /) => reversed;
        __repr__(self, /) => repr;
        __eq__(self, value, /) => eq;
        __hash__(self, /) => hash;
        __reduce__(self, /) => reduce;
        /// rangeobject.count(value) -> integer -- return number of occurrences of value
        count(self, object, /) => count;
        /// rangeobject.index(value) -> integer -- return index of value.
        /// Raise ValueError if the value is not present.
        index(self, object, /) => index;
    }
    getset { start => start; stop => stop; step => step; }
}

fn small_hint(_t: &Thread, this: Gc<RangeIterator>) -> i64 {
    this.remaining()
}
fn small_reduce(t: &Thread, this: Gc<RangeIterator>) -> R<Gc<Tuple>> {
    let (a, s, stop) = (this.next.get(), this.step.get(), this.stop.get());
    let r = Range::new(
        t,
        int::from_i64(t, a),
        int::from_i64(t, stop),
        int::from_i64(t, s),
    )?;
    let f = crate::core::modules::builtin(t, "iter")?;
    Ok(Tuple::new(&[
        f,
        Tuple::new(&[r.value()]).value(),
        Value::int(0),
    ]))
}
fn small_setstate(_t: &Thread, this: Gc<RangeIterator>, state: i64) {
    let skip = state.max(0).min(this.remaining());
    this.next.set(this.next.get() + this.step.get() * skip);
}
crate::py_class! {
    pub ITERATOR: RangeIterator = "range_iterator", base kinds::OBJECT, flags 0;
    methods {
        __iter__(self, /) => iter_self;
        __next__(self, /) => next_method;
        __length_hint__(self, /) => small_hint;
        __reduce__(self, /) => small_reduce;
        __setstate__(self, state, /) => small_setstate;
    }
}

fn long_next(t: &Thread, this: Gc<LongRangeIterator>) -> R<Value> {
    let n = this.remaining.get();
    if n == Value::int(0) {
        return Err(errors::stop_iteration(t, Value::NONE));
    }
    let v = this.next.get();
    let next = ops::binary(t, BinOp::Add, v, this.step.get())?;
    this.next.set(this, next);
    let n = ops::binary(t, BinOp::Sub, n, Value::int(1))?;
    this.remaining.set(this, n);
    Ok(v)
}
fn long_hint(_t: &Thread, this: Gc<LongRangeIterator>) -> Value {
    this.remaining.get()
}
fn long_reduce(t: &Thread, this: Gc<LongRangeIterator>) -> R<Gc<Tuple>> {
    let (start, step) = (this.next.get(), this.step.get());
    let length = ops::binary(t, BinOp::Mul, this.remaining.get(), step)?;
    let stop = ops::binary(t, BinOp::Add, start, length)?;
    let r = Range::new(t, start, stop, step)?;
    let f = crate::core::modules::builtin(t, "iter")?;
    let args = Tuple::new(&[r.value()]).value();
    Ok(Tuple::new(&[f, args, Value::NONE]))
}
fn long_setstate(t: &Thread, this: Gc<LongRangeIterator>, state: Value) -> R<()> {
    let Some(mut skip) = int::exact(state) else {
        let m = format!("an integer is required (got type {})", type_name(state));
        return Err(errors::type_error(t, m));
    };
    let left = this.remaining.get();
    if int::is_negative(skip) {
        skip = Value::int(0);
    } else if ops::compare_bool(t, Cmp::Gt, skip, left)? {
        skip = left;
    }
    let ahead = ops::binary(t, BinOp::Mul, skip, this.step.get())?;
    let next = ops::binary(t, BinOp::Add, this.next.get(), ahead)?;
    let left = ops::binary(t, BinOp::Sub, left, skip)?;
    this.next.set(this, next);
    this.remaining.set(this, left);
    Ok(())
}
crate::py_class! {
    pub LONG_ITERATOR: LongRangeIterator = "longrange_iterator", base kinds::OBJECT, flags 0;
    methods {
        __iter__(self, /) => iter_self;
        __next__(self, /) => long_next;
        __length_hint__(self, /) => long_hint;
        __reduce__(self, /) => long_reduce;
        __setstate__(self, state, /) => long_setstate;
    }
}
