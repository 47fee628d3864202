//! Weak references.

use pyjit_heap::{Gc, Value};

use super::list::List;
use crate::core::thread::{R, Thread};

/// The live targets of a class's list of subclasses.
pub fn live_targets(list: Value) -> Vec<Value> {
    list.opt()
        .and_then(|l| l.cast::<List>())
        .map_or(Vec::new(), |l| l.items().to_vec())
}

/// Adds a subclass to the list.
pub fn add_target(t: &Thread, list: Gc<List>, target: Value) -> R<()> {
    list.push(t, target)
}

/// Removes a subclass from the list.
pub fn remove_target(list: Gc<List>, target: Value) {
    if let Some(i) = list.items().iter().position(|v| *v == target) {
        list.remove(i);
    }
}

/// The first weak reference to `object` without a callback, or `None`.
pub fn first_of(_object: Value) -> Value {
    Value::NONE
}
