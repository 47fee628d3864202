//! `types.GenericAlias`: `list[int]`.

use pyjit_heap::Value;

use crate::core::errors;
use crate::core::thread::{R, Thread};

/// `origin[args]`.
pub fn make(t: &Thread, _origin: Value, _args: Value) -> R<Value> {
    Err(errors::not_implemented(t, "generic aliases"))
}
