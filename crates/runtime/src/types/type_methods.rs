//! `type`: the Python-visible part.

use pyjit_heap::{Gc, Value};

use crate::core::attr::{self, bind, bind_to_class, is_data_descriptor};
use crate::core::errors;
use crate::core::kinds;
use crate::core::ops;
use crate::core::thread::{R, Thread};
use crate::types::str_::{Str, intern, intern_str};
use crate::types::tuple::Tuple;
use crate::types::type_::{Type, class_of, flags};

/// `isinstance` for classes that are not types: by `__bases__`.
pub fn recursive_is_instance(t: &Thread, x: Value, class: Value) -> R<bool> {
    let c = attr::get(t, x, intern("__class__"))?;
    recursive_is_subclass(t, c, class)
}

/// `issubclass` for classes that are not types: by `__bases__`.
pub fn recursive_is_subclass(t: &Thread, c: Value, class: Value) -> R<bool> {
    if c == class {
        return Ok(true);
    }
    let Some(bases) = attr::get_opt(t, c, intern("__bases__"))?.and_then(|b| b.cast::<Tuple>())
    else {
        return Err(errors::type_error(t, "issubclass() arg 1 must be a class"));
    };
    for b in bases.items() {
        if recursive_is_subclass(t, *b, class)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// `type.__getattribute__`: metaclass data descriptors, the class's own MRO, the metaclass.
pub fn getattribute(t: &Thread, this: Gc<Type>, name: Gc<Str>) -> R<Value> {
    let name = intern_str(name);
    let meta = class_of(this.value());
    let on_meta = meta.lookup(name);
    if let Some(d) = on_meta
        && is_data_descriptor(d)
    {
        return bind(t, d, this.value(), meta);
    }
    if let Some(v) = this.lookup(name) {
        return bind_to_class(t, v, this);
    }
    match on_meta {
        Some(d) => bind(t, d, this.value(), meta),
        None => Err(attr::no_attribute(t, this.value(), name)),
    }
}

fn call(t: &Thread, this: Gc<Type>, args: Gc<Tuple>, kwargs: Value) -> R<Value> {
    let _ = (t, this, args, kwargs);
    let _ = ops::truth;
    Err(errors::not_implemented(t, "type.__call__ with keywords"))
}

crate::py_class! {
    /// type(object) -> the object's type
    /// type(name, bases, dict, **kwds) -> a new type
    pub CLASS: Type = "type", base kinds::OBJECT, flags flags::BASETYPE;
    methods {
        /// Return getattr(self, name).
        __getattribute__(self, name, /) => getattribute;
        /// Call self as a function.
        __call__(self, /, *args, **kwargs) => call;
    }
}
