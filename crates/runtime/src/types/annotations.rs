//! `__annotations__` and `__annotate__` of classes (PEP 649, 749).

use pyjit_heap::{Gc, Value};

use crate::core::thread::{R, Thread};
use crate::core::{call, errors};
use crate::types::dict::Dict;
use crate::types::str_::intern;
use crate::types::type_::{Type, flags, type_name};

const CACHE: &str = "__annotations_cache__";
const FUNC: &str = "__annotate_func__";

/// `C.__annotations__`: what the class body stored, or what `__annotate__(1)` gives, cached.
pub fn of_type(t: &Thread, c: Gc<Type>) -> R<Value> {
    let d = c.dict.gc();
    // That of `type` itself is this very attribute.
    if !c.has(flags::HEAP) {
        let m = format!(
            "type object '{}' has no attribute '__annotations__'",
            c.name_str()
        );
        return Err(errors::attribute_error(t, m));
    }
    for n in ["__annotations__", CACHE] {
        if let Some(v) = d.get_str(intern(n)) {
            return Ok(v);
        }
    }
    let f = annotate_of_type(t, c)?;
    let v = if f.is_none() {
        Dict::new().value()
    } else {
        call_annotate(t, f)?
    };
    d.set_str(t, intern(CACHE), v)?;
    Ok(v)
}

/// Calls an annotate function with format `VALUE`.
pub fn call_annotate(t: &Thread, f: Value) -> R<Value> {
    let v = call::call(t, f, &[Value::int(1)])?;
    if v.cast::<Dict>().is_none() {
        let m = format!("__annotate__ returned non-dict of type '{}'", type_name(v));
        return Err(errors::type_error(t, m));
    }
    Ok(v)
}

/// `C.__annotations__ = v`.
pub fn set_of_type(t: &Thread, c: Gc<Type>, v: Option<Value>) -> R<()> {
    let d = c.dict.gc();
    let remove = |name: &str| match d.find_str(intern(name)) {
        Some(i) => {
            d.remove_entry(t, i);
            true
        }
        None => false,
    };
    match v {
        Some(v) => {
            let key = if d.find_str(intern("__annotations__")).is_some() {
                "__annotations__"
            } else {
                CACHE
            };
            d.set_str(t, intern(key), v)?;
        }
        None => {
            let had = remove("__annotations__") | remove(CACHE);
            if !had {
                return Err(errors::attribute_error(t, "__annotations__"));
            }
        }
    }
    for n in ["__annotate__", FUNC] {
        remove(n);
    }
    c.modified(t);
    Ok(())
}

/// `C.__annotate__`.
pub fn annotate_of_type(t: &Thread, c: Gc<Type>) -> R<Value> {
    let d = c.dict.gc();
    if !c.has(flags::HEAP) {
        let m = format!(
            "type object '{}' has no attribute '__annotate__'",
            c.name_str()
        );
        return Err(errors::attribute_error(t, m));
    }
    let f = d
        .get_str(intern("__annotate__"))
        .or_else(|| d.get_str(intern(FUNC)));
    match f {
        Some(f) => crate::core::attr::bind_to_class(t, f, c),
        None => Ok(Value::NONE),
    }
}

/// `C.__annotate__ = v`.
pub fn set_annotate_of_type(t: &Thread, c: Gc<Type>, v: Option<Value>) -> R<()> {
    let Some(v) = v else {
        return Err(errors::type_error(
            t,
            "cannot delete __annotate__ attribute",
        ));
    };
    if !v.is_none() && !call::is_callable(v) {
        return Err(errors::type_error(
            t,
            "__annotate__ must be callable or None",
        ));
    }
    let d = c.dict.gc();
    d.set_str(t, intern(FUNC), v)?;
    if !v.is_none() {
        for n in ["__annotations__", CACHE] {
            if let Some(i) = d.find_str(intern(n)) {
                d.remove_entry(t, i);
            }
        }
    }
    c.modified(t);
    Ok(())
}
