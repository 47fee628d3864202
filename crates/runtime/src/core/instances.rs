//! `isinstance()` and `issubclass()`.

use pyjit_heap::{Gc, Value};

use super::call::call_special;
use super::ops::truth;
use super::special::Special;
use super::thread::{R, Thread};
use super::{attr, call};
use crate::types::str_::intern;
use crate::types::tuple::Tuple;
use crate::types::type_::{Type, class_of};

/// `isinstance(x, class)`.
pub fn is_instance(t: &Thread, x: Value, class: Value) -> R<bool> {
    if class_of(x).value() == class {
        return Ok(true);
    }
    if let Some(c) = class.cast_exact::<Type>() {
        return Ok(is_instance_of_type(t, x, c)?);
    }
    if let Some(tuple) = class.cast::<Tuple>() {
        call::enter_native(t, " in __instancecheck__")?;
        for c in tuple.items() {
            if is_instance(t, x, *c)? {
                return Ok(true);
            }
        }
        return Ok(false);
    }
    if let Some(r) = call_special(t, class, Special::Instancecheck, &[x]) {
        let v = r?;
        return truth(t, v);
    }
    crate::types::type_methods::recursive_is_instance(t, x, class)
}

/// By real class, then by `x.__class__`.
pub fn is_instance_of_type(t: &Thread, x: Value, class: Gc<Type>) -> R<bool> {
    let real = class_of(x);
    if real.is_subtype(class) {
        return Ok(true);
    }
    // Only classes that define `__class__` themselves can pretend.
    if real.lookup(intern("__class__")) == attr::object_class().lookup(intern("__class__"))
        && real.special(Special::Getattribute)
            == attr::object_class().special(Special::Getattribute)
    {
        return Ok(false);
    }
    match attr::get_opt(t, x, intern("__class__"))? {
        Some(c) if c != real.value() => Ok(c.cast::<Type>().is_some_and(|c| c.is_subtype(class))),
        _ => Ok(false),
    }
}

/// `issubclass(c, class)`.
pub fn is_subclass(t: &Thread, c: Value, class: Value) -> R<bool> {
    if let (Some(a), Some(b)) = (c.cast::<Type>(), class.cast_exact::<Type>()) {
        return Ok(a.is_subtype(b));
    }
    if let Some(tuple) = class.cast::<Tuple>() {
        call::enter_native(t, " in __subclasscheck__")?;
        for k in tuple.items() {
            if is_subclass(t, c, *k)? {
                return Ok(true);
            }
        }
        return Ok(false);
    }
    if let Some(r) = call_special(t, class, Special::Subclasscheck, &[c]) {
        let v = r?;
        return truth(t, v);
    }
    crate::types::type_methods::recursive_is_subclass(t, c, class)
}
