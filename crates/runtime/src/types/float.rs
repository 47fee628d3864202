//! `float`: nearly all doubles are immediate words; the others are boxed.

use std::cell::Cell;

use pyjit_heap::{Gc, Header, Value, heap_object};

use crate::core::kinds;
use crate::types::type_::Type;

/// A boxed double, or an instance of a subclass of `float`.
#[repr(C)]
pub struct Float {
    header: Header,
    pub value: Cell<f64>,
}
heap_object!(Float = kinds::FLOAT, no refs);

/// The float `d`.
#[inline(always)]
pub fn from_f64(d: f64) -> Value {
    match Value::try_float(d) {
        Some(v) => v,
        None => boxed(d),
    }
}

#[cold]
#[inline(never)]
fn boxed(d: f64) -> Value {
    Gc::new(Float {
        header: Header::NEW,
        value: Cell::new(d),
    })
    .value()
}

/// The double of a `float` (or subclass instance).
#[inline]
pub fn get(v: Value) -> Option<f64> {
    if v.is_float() {
        Some(v.as_float())
    } else {
        v.cast::<Float>().map(|g| g.value.get())
    }
}

/// An instance of a subclass of `float`.
pub fn with_class(class: Gc<Type>, d: f64) -> Value {
    let f = Float {
        header: Header::NEW,
        value: Cell::new(d),
    };
    Gc::with_shape(
        class.root_shape.get(),
        f,
        class.extra_bytes(crate::core::class::words::<Float>()),
    )
    .value()
}
