//! Iterators over an array.

use pyjit_heap::{Gc, Value};
use pyjit_runtime::core::kinds;
use pyjit_runtime::types::tuple::Tuple;
use pyjit_runtime::types::type_::of_kind;
use pyjit_runtime::{R, Thread, py_class};

use super::{A, Array};
use crate::layout::{END, Item, item, itself};
use crate::native_layout;

native_layout! {
    /// The array (absent at the end) and the index of the next item.
    Iterator = 501, refs 1..2 { array } ints { next }
}

/// `iter(a)`.
pub fn iter(_t: &Thread, a: A) -> Gc<Iterator> {
    Iterator::alloc(of_kind(501), a.value(), 0)
}
fn next(t: &Thread, this: Gc<Iterator>) -> R<Item> {
    let Some(a) = this.array.get().cast_opt::<Array>() else {
        return END;
    };
    let i = this.next.get() as usize;
    if i >= a.len() {
        this.array.clear();
        return END;
    }
    this.next.set(i as i64 + 1);
    item(a.get(t, i)?)
}
fn reduce(t: &Thread, this: Gc<Iterator>) -> R<Gc<Tuple>> {
    let iter = pyjit_runtime::core::modules::builtin(t, "iter")?;
    Ok(match this.array.get().opt() {
        Some(a) => {
            let args = Tuple::new(&[a]);
            Tuple::new(&[iter, args.value(), Value::int(this.next.get())])
        }
        None => {
            let empty = Tuple::new(&[Tuple::new(&[]).value()]);
            Tuple::new(&[iter, empty.value()])
        }
    })
}
fn setstate(_t: &Thread, this: Gc<Iterator>, state: i64) {
    if let Some(a) = this.array.get().cast_opt::<Array>() {
        this.next.set(state.clamp(0, a.len() as i64));
    }
}

py_class! {
    pub CLASS: Iterator = "arrayiterator", base kinds::OBJECT, flags 0, module "array";
    methods {
        __iter__(self, /) => itself;
        __next__(self, /) => next;
        /// Return state information for pickling.
        __reduce__(self, /) => reduce;
        /// Set state information for unpickling.
        __setstate__(self, state, /) => setstate;
    }
}
