//! `X | Y` on types: `typing.Union` objects.

use pyjit_heap::Value;

use crate::core::thread::{R, Thread};
use crate::types::generic_alias::GenericAlias;
use crate::types::type_::Type;

/// `a | b`, or `NotImplemented` when one of them cannot be part of a union.
pub fn make(t: &Thread, a: Value, b: Value) -> R<Value> {
    let ok =
        |v: Value| v.is_none() || v.cast::<Type>().is_some() || v.cast::<GenericAlias>().is_some();
    if !ok(a) || !ok(b) {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    let _ = t;
    Ok(Value::NOT_IMPLEMENTED)
}
