//! `object`, the base class, and the instances of plain classes.

use pyjit_heap::{Field, Value};

use crate::core::attr::Instance;
use crate::core::kinds;
use crate::core::thread::{R, Thread};
use crate::core::{attr, ops};
use crate::types::str_::Str;
use crate::types::type_::{class_of, flags};
use pyjit_heap::Gc;

/// The field in which builtin objects of fixed layout keep their `__dict__`.
pub fn native_dict_field(object: Value) -> Option<&'static Field> {
    if !object.is_ptr() {
        return None;
    }
    match object.shape_id() {
        kinds::STATICMETHOD | kinds::CLASSMETHOD => {
            let w: Gc<super::descriptors::Wrapped> = Gc::from_value(object);
            Some(pyjit_heap::object::outlive_field(&w.dict))
        }
        _ => None,
    }
}

fn getattribute(t: &Thread, this: Value, name: Gc<Str>) -> R<Value> {
    attr::generic_get(
        t,
        this,
        class_of(this),
        crate::types::str_::intern_str(name),
    )
}
fn setattr(t: &Thread, this: Value, name: Gc<Str>, value: Value) -> R<()> {
    attr::generic_set(
        t,
        this,
        class_of(this),
        crate::types::str_::intern_str(name),
        Some(value),
    )
}
fn delattr(t: &Thread, this: Value, name: Gc<Str>) -> R<()> {
    attr::generic_set(
        t,
        this,
        class_of(this),
        crate::types::str_::intern_str(name),
        None,
    )
}
fn hash(_t: &Thread, this: Value) -> i64 {
    ops::hash_identity(this)
}
fn eq(_t: &Thread, this: Value, other: Value) -> Value {
    if this == other {
        Value::TRUE
    } else {
        Value::NOT_IMPLEMENTED
    }
}

crate::py_class! {
    /// The base class of the class hierarchy.
    pub CLASS: Instance = "object", base kinds::OBJECT, flags flags::BASETYPE;
    methods {
        /// Return getattr(self, name).
        __getattribute__(self, name, /) => getattribute;
        /// Implement setattr(self, name, value).
        __setattr__(self, name, value, /) => setattr;
        /// Implement delattr(self, name).
        __delattr__(self, name, /) => delattr;
        /// Return hash(self).
        __hash__(self, /) => hash;
        /// Return self==value.
        __eq__(self, value, /) => eq;
    }
}
