//! Objects as text: `repr()`, `str()`, `format()`.

use pyjit_heap::{Gc, Value};

use super::call::{self, call_special};
use super::errors;
use super::special::Special;
use super::thread::{R, Thread};
use crate::types::str_::Str;
use crate::types::type_::type_name;
use crate::types::{float_methods, int_methods};

/// `repr(x)`.
pub fn repr(t: &Thread, x: Value) -> R<Gc<Str>> {
    call::enter_native(t, " while getting the repr of an object")?;
    text_result(t, x, Special::Repr)
}

/// `str(x)`.
pub fn str(t: &Thread, x: Value) -> R<Gc<Str>> {
    if let Some(s) = x.cast_exact::<Str>() {
        return Ok(s);
    }
    if x.is_int() {
        return crate::types::int_methods::text(t, x);
    }
    call::enter_native(t, " while getting the str of an object")?;
    text_result(t, x, Special::Str)
}

fn text_result(t: &Thread, x: Value, s: Special) -> R<Gc<Str>> {
    let Some(r) = call_special(t, x, s, &[]) else {
        return Err(errors::type_error(
            t,
            format!("'{}' object has no {}", type_name(x), s.text()),
        ));
    };
    let v = r?;
    v.cast::<Str>().ok_or_else(|| {
        errors::type_error(
            t,
            format!("{} returned non-string (type {})", s.text(), type_name(v)),
        )
    })
}

/// `format(x, spec)`.
pub fn format(t: &Thread, x: Value, spec: Gc<Str>) -> R<Gc<Str>> {
    if spec.is_empty()
        && let Some(s) = x.cast_exact::<Str>()
    {
        return Ok(s);
    }
    if x.is_int() {
        return int_methods::format(t, x, spec).map(Gc::from_value);
    }
    if x.is_float() {
        return float_methods::format(t, x, spec).map(Gc::from_value);
    }
    match call_special(t, x, Special::Format, &[spec.value()]) {
        None => Err(errors::type_error(
            t,
            format!("Type {} doesn't define __format__", type_name(x)),
        )),
        Some(r) => {
            let v = r?;
            v.cast::<Str>().ok_or_else(|| {
                errors::type_error(
                    t,
                    format!("__format__ must return a str, not {}", type_name(v)),
                )
            })
        }
    }
}
