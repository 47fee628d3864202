//! `bytes` and `bytearray`: the Python-visible part.

use pyjit_heap::{Gc, Value};

use super::bytes::{self, Bytes};
use crate::core::special::Special;
use crate::core::thread::{R, Thread};
use crate::core::{call, errors, ops};
use crate::types::list::List;
use crate::types::str_::Str;
use crate::types::type_::{class_of, type_name};

/// `bytes(source)` for anything but an int or a str.
pub fn to_bytes(t: &Thread, source: Value) -> R<Gc<Bytes>> {
    if let Some(b) = source.cast_exact::<Bytes>() {
        return Ok(b);
    }
    if let Some(b) = bytes::like(source) {
        return Ok(Bytes::new(&b));
    }
    if let Some(r) = call::call_special(t, source, Special::Bytes, &[]) {
        let v = r?;
        return v.cast::<Bytes>().ok_or_else(|| {
            errors::type_error(
                t,
                format!("__bytes__ returned non-bytes (type {})", type_name(v)),
            )
        });
    }
    if source.cast::<Str>().is_some() || class_of(source).special(Special::Iter).is_none() {
        return Err(errors::type_error(
            t,
            format!("cannot convert '{}' object to bytes", type_name(source)),
        ));
    }
    let items = List::new();
    ops::for_each(t, source, |v| items.push(t, v))?;
    let mut out = Vec::with_capacity(items.len());
    for v in items.items() {
        match ops::index_i64(t, *v)? {
            b @ 0..=255 => out.push(b as u8),
            _ => return Err(errors::value_error(t, "bytes must be in range(0, 256)")),
        }
    }
    Ok(Bytes::new(&out))
}

/// The result of `v.__bytes__()`, if there is such a method.
pub fn from_special(t: &Thread, v: Value) -> R<Option<Gc<Bytes>>> {
    let Some(r) = call::call_special(t, v, Special::Bytes, &[]) else {
        return Ok(None);
    };
    let v = r?;
    v.cast::<Bytes>().map(Some).ok_or_else(|| {
        let m = format!("__bytes__ returned non-bytes (type {})", type_name(v));
        errors::type_error(t, m)
    })
}
/// A copy of the buffer of `v`, if it has one.
pub fn from_buffer(_t: &Thread, v: Value) -> R<Option<Gc<Bytes>>> {
    Ok(bytes::like(v).map(|b| Bytes::new(&b)))
}
/// A copy of the buffer's content.
pub fn buffer_content(t: &Thread, v: Value) -> R<Vec<u8>> {
    match from_buffer(t, v)? {
        Some(b) => Ok(b.bytes().to_vec()),
        None => Err(errors::type_error(
            t,
            format!("a bytes-like object is required, not '{}'", type_name(v)),
        )),
    }
}
/// Does `v` have a buffer?
pub fn has_buffer(v: Value) -> bool {
    bytes::like(v).is_some()
}
