//! `types.GenericAlias`: `list[int]`.

use pyjit_heap::{Field, Gc, Header, Value, heap_object};

use crate::core::kinds;
use crate::core::thread::{R, Thread};
use crate::types::tuple::Tuple;

/// A parameterised class.
#[repr(C)]
pub struct GenericAlias {
    header: Header,
    pub origin: Field,
    pub args: Field<Gc<Tuple>>,
}
heap_object!(GenericAlias = kinds::GENERIC_ALIAS, refs 1..3);

/// `origin[args]`.
pub fn make(_t: &Thread, origin: Value, args: Value) -> R<Value> {
    let args = args
        .cast_exact::<Tuple>()
        .unwrap_or_else(|| Tuple::new(&[args]));
    Ok(Gc::new(GenericAlias {
        header: Header::NEW,
        origin: Field::new(origin),
        args: Field::of(args),
    })
    .value())
}
