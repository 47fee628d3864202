//! `getattr` and its kin, `isinstance`, `callable`, `id`, `hash`, `dir`, `vars`.

use pyjit_heap::{Gc, Value};

use crate::core::native::NativeDef;
use crate::core::special::Special;
use crate::core::thread::{R, Thread};
use crate::core::{attr, audit, call, errors, ops};
use crate::types::int;
use crate::types::str_::{Str, intern, intern_str};
use crate::types::type_::{class_of, type_name};

fn name_of(t: &Thread, name: Value) -> R<Gc<Str>> {
    match name.cast::<Str>() {
        Some(s) => Ok(intern_str(s)),
        None => Err(errors::type_error(
            t,
            format!("attribute name must be string, not '{}'", type_name(name)),
        )),
    }
}
fn getattr(t: &Thread, object: Value, name: Value, default: Option<Value>) -> R<Value> {
    let name = name_of(t, name)?;
    match default {
        None => attr::get(t, object, name),
        Some(d) => Ok(attr::get_opt(t, object, name)?.unwrap_or(d)),
    }
}
fn setattr(t: &Thread, object: Value, name: Value, value: Value) -> R<()> {
    let name = name_of(t, name)?;
    attr::set(t, object, name, Some(value))
}
fn delattr(t: &Thread, object: Value, name: Value) -> R<()> {
    let name = name_of(t, name)?;
    attr::set(t, object, name, None)
}
fn hasattr(t: &Thread, object: Value, name: Value) -> R<bool> {
    let name = name_of(t, name)?;
    Ok(attr::get_opt(t, object, name)?.is_some())
}
fn isinstance(t: &Thread, object: Value, class: Value) -> R<bool> {
    ops::is_instance(t, object, class)
}
fn issubclass(t: &Thread, c: Value, class: Value) -> R<bool> {
    ops::is_subclass(t, c, class)
}
fn callable(_t: &Thread, object: Value) -> bool {
    call::is_callable(object)
}
fn id(t: &Thread, object: Value) -> R<Value> {
    let id = int::from_i64(t, object.0 as i64);
    audit::event(t, "builtins.id", || [id])?;
    Ok(id)
}
fn hash(t: &Thread, object: Value) -> R<i64> {
    ops::hash(t, object)
}
fn dir(t: &Thread, object: Option<Value>) -> R<Value> {
    let names = match object {
        None => {
            let locals = t.host().current_locals(t)?;
            call::call_attr(t, locals, "keys", &[])?
        }
        Some(o) => match class_of(o).special(Special::Dir) {
            Some(m) => call::call_method(t, m, o, &[])?,
            None => return Err(errors::type_error(t, "object does not provide __dir__")),
        },
    };
    let l = crate::types::list_methods::from_iterable(t, names)?;
    crate::types::sort::sort(t, l, None, false)?;
    Ok(l.value())
}
fn vars(t: &Thread, object: Option<Value>) -> R<Value> {
    let Some(o) = object else {
        return t.host().current_locals(t);
    };
    match attr::get_opt(t, o, intern("__dict__"))? {
        Some(d) => Ok(d),
        None => Err(errors::type_error(
            t,
            "vars() argument must have __dict__ attribute",
        )),
    }
}
fn repr(t: &Thread, object: Value) -> R<Gc<Str>> {
    ops::repr(t, object)
}
fn ascii(t: &Thread, object: Value) -> R<Gc<Str>> {
    crate::types::percent::text_arg(t, object, b'a')
}
fn format(t: &Thread, value: Value, spec: Option<Value>) -> R<Gc<Str>> {
    let spec = match spec {
        None => intern(""),
        Some(s) => match s.cast::<Str>() {
            Some(s) => s,
            None => {
                let m = format!(
                    "format() argument 2 must be str, not {}",
                    crate::types::type_::shown_type(s)
                );
                return Err(errors::type_error(t, m));
            }
        },
    };
    ops::format(t, value, spec)
}
fn len(t: &Thread, object: Value) -> R<usize> {
    ops::len(t, object)
}

/// The table of this theme.
pub const FUNCTIONS: &[NativeDef] = crate::native_table! {
    /// Get a named attribute from an object.
    getattr(object, name, default=None, /) => getattr;
    /// Sets the named attribute on the given object to the specified value.
    setattr(obj, name, value, /) => setattr;
    /// Deletes the named attribute from the given object.
    delattr(obj, name, /) => delattr;
    /// Return whether the object has an attribute with the given name.
    hasattr(obj, name, /) => hasattr;
    /// Return whether an object is an instance of a class or of a subclass thereof.
    isinstance(obj, class_or_tuple, /) => isinstance;
    /// Return whether 'cls' is derived from another class or is the same class.
    issubclass(clz, class_or_tuple, /) => issubclass;
    /// Return whether the object is callable (i.e., some kind of function).
    callable(obj, /) => callable [leaf no_raise reads];
    /// Return the identity of an object.
    id(obj, /) => id [leaf no_raise reads];
    /// Return the hash value for the given object.
    hash(obj, /) => hash;
    /// Show attributes of an object.
    dir(object=None, /) => dir;
    /// Show vars.
    vars(object=None, /) => vars;
    /// Return the canonical string representation of the object.
    repr(obj, /) => repr;
    /// Return an ASCII-only representation of an object.
    ascii(obj, /) => ascii;
    /// Return type(value).__format__(value, format_spec)
    format(value, format_spec="", /) => format;
    /// Return the number of items in a container.
    len(obj, /) => len;
};
