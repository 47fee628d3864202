//! `cell`: a variable shared by closures.

use pyjit_heap::{Field, Gc, Header, Value, heap_object};

use crate::core::ops::{self, Cmp};
use crate::core::thread::{R, Thread};
use crate::core::{errors, kinds};
use crate::types::type_::type_name;

/// A cell; its content is absent while the variable is unbound.
#[repr(C)]
pub struct Cell {
    header: Header,
    pub value: Field,
}
heap_object!(Cell = kinds::CELL, refs 1..2);

impl Cell {
    /// A cell holding `v` (or nothing).
    #[inline]
    pub fn new(v: Value) -> Gc<Cell> {
        Gc::new(Cell {
            header: Header::NEW,
            value: Field::new(v),
        })
    }
}

fn new(_t: &Thread, _class: Value, contents: Option<Value>) -> Gc<Cell> {
    Cell::new(contents.unwrap_or(Value::NULL))
}
fn get_contents(t: &Thread, this: Gc<Cell>) -> R<Value> {
    this.value
        .get()
        .opt()
        .ok_or_else(|| errors::value_error(t, "Cell is empty"))
}
fn set_contents(_t: &Thread, this: Gc<Cell>, v: Option<Value>) {
    this.value.set(this, v.unwrap_or(Value::NULL))
}
fn repr(_t: &Thread, this: Gc<Cell>) -> String {
    match this.value.get().opt() {
        None => format!("<cell at {:#x}: empty>", this.addr()),
        Some(v) => format!(
            "<cell at {:#x}: {} object at {:#x}>",
            this.addr(),
            type_name(v),
            v.0
        ),
    }
}
fn compare(t: &Thread, cmp: Cmp, a: Gc<Cell>, b: Value) -> R<Value> {
    let Some(b) = b.cast::<Cell>() else {
        return Ok(Value::NOT_IMPLEMENTED);
    };
    match (a.value.get().opt(), b.value.get().opt()) {
        (Some(x), Some(y)) => ops::compare(t, cmp, x, y),
        (x, y) => Ok(Value::bool(cmp.of(x.is_some().cmp(&y.is_some())))),
    }
}
crate::comparisons!(Gc<Cell>, compare);

crate::py_class! {
    /// Create a new cell object.
    pub CLASS: Cell = "cell", base kinds::OBJECT, flags 0;
    methods {
        @staticmethod __new__(cls, contents=0, /) => new;
        __repr__(self, /) => repr;
        __lt__(self, value, /) => lt; __le__(self, value, /) => le; __eq__(self, value, /) => eq;
        __ne__(self, value, /) => ne; __gt__(self, value, /) => gt; __ge__(self, value, /) => ge;
    }
    getset { cell_contents => get_contents, set_contents; }
}
