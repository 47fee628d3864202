//! Async generators: `asend`, `athrow`, `aclose` and what they await.

use pyjit_heap::{Field, Gc, Header, Value, heap_object};
use pyjit_runtime::core::kinds;

/// A value yielded by an async generator on its way through `await`.
#[repr(C)]
pub struct Wrapped {
    header: Header,
    pub value: Field,
}
heap_object!(Wrapped = kinds::ASYNC_GEN_WRAPPED, refs 1..2);

/// Wraps a value that an async generator yields.
pub fn wrap(v: Value) -> Value {
    Gc::new(Wrapped {
        header: Header::NEW,
        value: Field::new(v),
    })
    .value()
}
