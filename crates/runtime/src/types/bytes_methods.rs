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
