//! `count`, `cycle`, `repeat`.

use pyjit_heap::{Gc, Value};
use pyjit_runtime::core::ops::{self, BinOp};
use pyjit_runtime::core::special::Special;
use pyjit_runtime::core::{errors, kinds};
use pyjit_runtime::types::complex::Complex;
use pyjit_runtime::types::int;
use pyjit_runtime::types::list::List;
use pyjit_runtime::types::type_::{Type, class_of, flags};
use pyjit_runtime::{R, Thread, py_class};

use crate::layout::{END, Item, item, itself};
use crate::native_layout;

native_layout! {
    /// The next number and the step.
    Count = 270, refs 1..3 { number, step } ints {}
}
native_layout! {
    /// The source (absent when exhausted), what it gave, and the next index.
    Cycle = 271, refs 1..3 { source, saved } ints { index }
}
native_layout! {
    /// The object, and how often it is still to come (-1: without end).
    Repeat = 272, refs 1..2 { object } ints { left }
}

fn is_number(v: Value) -> bool {
    let c = class_of(v);
    [Special::Index, Special::Int, Special::Float]
        .into_iter()
        .any(|s| c.special(s).is_some())
        || v.cast::<Complex>().is_some()
}
fn count_new(
    t: &Thread,
    class: Gc<Type>,
    start: Option<Value>,
    step: Option<Value>,
) -> R<Gc<Count>> {
    let (start, step) = (
        start.unwrap_or(Value::int(0)),
        step.unwrap_or(Value::int(1)),
    );
    if !is_number(start) || !is_number(step) {
        return Err(errors::type_error(t, "a number is required"));
    }
    Ok(Count::alloc(class, start, step))
}
fn count_next(t: &Thread, this: Gc<Count>) -> R<Item> {
    let (n, step) = (this.number.get(), this.step.get());
    let next = if n.is_int() && step.is_int() {
        match n.as_int().checked_add(step.as_int()) {
            Some(i) => int::from_i64(t, i),
            None => ops::binary(t, BinOp::Add, n, step)?,
        }
    } else {
        ops::binary(t, BinOp::Add, n, step)?
    };
    this.number.set(this, next);
    item(n)
}
fn count_repr(t: &Thread, this: Gc<Count>) -> R<String> {
    let (name, n) = (
        class_of(this.value()).name_str(),
        ops::repr(t, this.number.get())?.lossy().into_owned(),
    );
    if this.step.get() == Value::int(1) {
        return Ok(format!("{name}({n})"));
    }
    Ok(format!(
        "{name}({n}, {})",
        ops::repr(t, this.step.get())?.lossy()
    ))
}

fn cycle_new(t: &Thread, class: Gc<Type>, iterable: Value) -> R<Gc<Cycle>> {
    let it = ops::iter(t, iterable)?;
    Ok(Cycle::alloc(class, it, List::new().value(), 0))
}
fn cycle_next(t: &Thread, this: Gc<Cycle>) -> R<Item> {
    let saved: Gc<List> = Gc::from_value(this.saved.get());
    if let Some(it) = this.source.get().opt() {
        if let Some(v) = ops::next(t, it)? {
            saved.push(t, v)?;
            return item(v);
        }
        this.source.clear();
    }
    if saved.is_empty() {
        return END;
    }
    let i = this.index.get() as usize;
    this.index.set(((i + 1) % saved.len()) as i64);
    item(saved.get(i))
}

fn repeat_new(_t: &Thread, class: Gc<Type>, object: Value, times: Option<i64>) -> Gc<Repeat> {
    Repeat::alloc(class, object, times.map_or(-1, |n| n.max(0)))
}
fn repeat_next(_t: &Thread, this: Gc<Repeat>) -> R<Item> {
    match this.left.get() {
        0 => return END,
        n if n > 0 => this.left.set(n - 1),
        _ => {}
    }
    item(this.object.get())
}
fn repeat_hint(t: &Thread, this: Gc<Repeat>) -> R<i64> {
    match this.left.get() {
        -1 => Err(errors::type_error(t, "len() of unsized object")),
        n => Ok(n),
    }
}
fn repeat_repr(t: &Thread, this: Gc<Repeat>) -> R<String> {
    let (name, o) = (
        class_of(this.value()).name_str(),
        ops::repr(t, this.object.get())?,
    );
    Ok(match this.left.get() {
        -1 => format!("{name}({})", o.lossy()),
        n => format!("{name}({}, {n})", o.lossy()),
    })
}

py_class! {
    /// Return a count object whose .__next__() method returns consecutive values.
    pub COUNT: Count = "count", base kinds::OBJECT, flags flags::BASETYPE, module "itertools";
    methods {
        @staticmethod __new__(cls, start=0, step=1) => count_new;
        __iter__(self, /) => itself;
        __next__(self, /) => count_next;
        __repr__(self, /) => count_repr;
    }
}
py_class! {
    /// Return elements from the iterable until it is exhausted. Then repeat the sequence indefinitely.
    pub CYCLE: Cycle = "cycle", base kinds::OBJECT, flags flags::BASETYPE, module "itertools";
    methods {
        @staticmethod __new__(cls, iterable, /) => cycle_new;
        __iter__(self, /) => itself;
        __next__(self, /) => cycle_next;
    }
}
py_class! {
    /// repeat(object [,times]) -> create an iterator which returns the object
    /// for the specified number of times.  If not specified, returns the object
    /// endlessly.
    pub REPEAT: Repeat = "repeat", base kinds::OBJECT, flags flags::BASETYPE, module "itertools";
    methods {
        @staticmethod __new__(cls, object, times=None) => repeat_new;
        __iter__(self, /) => itself;
        __next__(self, /) => repeat_next;
        __repr__(self, /) => repeat_repr;
        /// Private method returning an estimate of len(list(it)).
        __length_hint__(self, /) => repeat_hint;
    }
}
