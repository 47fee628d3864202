//! `memoryview`: what a key selects, reading it and assigning to it.

use pyjit_heap::{Gc, Value};

use super::buffer;
use super::memoryview::{self, MemoryView, Order, check};
use super::memoryview_items::{Format, unsupported};
use super::str_::Str;
use crate::core::special::Special;
use crate::core::thread::{R, Thread};
use crate::core::{errors, ops};
use crate::types::int;
use crate::types::slice::{self, Slice};
use crate::types::tuple::Tuple;
use crate::types::type_::{class_of, type_name};

type M = Gc<MemoryView>;

pub(super) fn format_of(t: &Thread, m: M) -> R<Format> {
    m.item_format().ok_or_else(|| unsupported(t, m.format.gc()))
}

/// Byte offset of index `i` of dimension `dim`.
fn offset(t: &Thread, m: M, dim: usize, key: Value) -> R<isize> {
    let i = match int::to_i64(ops::index(t, key)?) {
        Some(i) => i,
        None => {
            let text = format!(
                "cannot fit '{}' into an index-sized integer",
                type_name(key)
            );
            return Err(errors::index_error(t, text));
        }
    };
    check(t, m)?;
    let n = m.shape(dim) as i64;
    let at = if i < 0 { i + n } else { i };
    if at < 0 || at >= n {
        return Err(errors::index_error(
            t,
            format!("index out of bounds on dimension {}", dim + 1),
        ));
    }
    Ok(at as isize * m.stride(dim))
}

/// What a key of `m[key]` selects.
enum Selected {
    Item(isize),
    Slice(M),
    Whole,
}

fn is_index(v: Value) -> bool {
    int::is_int(v) || class_of(v).special(Special::Index).is_some()
}

fn select(t: &Thread, m: M, key: Value) -> R<Selected> {
    check(t, m)?;
    let n = m.ndim();
    if n == 0 {
        return match key.cast::<Tuple>() {
            Some(k) if k.is_empty() => Ok(Selected::Item(0)),
            _ if key == Value::ELLIPSIS => Ok(Selected::Whole),
            _ => Err(errors::type_error(t, "invalid indexing of 0-dim memory")),
        };
    }
    if is_index(key) {
        if n > 1 {
            return Err(errors::not_implemented(
                t,
                "multi-dimensional sub-views are not implemented",
            ));
        }
        return offset(t, m, 0, key).map(Selected::Item);
    }
    if let Some(s) = key.cast::<Slice>() {
        return sliced(t, m, s).map(Selected::Slice);
    }
    let Some(keys) = key.cast::<Tuple>() else {
        return Err(errors::type_error(t, "memoryview: invalid slice key"));
    };
    if keys.items().iter().all(|k| is_index(*k)) {
        return tuple_item(t, m, keys).map(Selected::Item);
    }
    if keys.items().iter().all(|k| k.cast::<Slice>().is_some()) {
        return Err(errors::not_implemented(
            t,
            "multi-dimensional slicing is not implemented",
        ));
    }
    Err(errors::type_error(t, "memoryview: invalid slice key"))
}
fn tuple_item(t: &Thread, m: M, keys: Gc<Tuple>) -> R<isize> {
    let n = m.ndim();
    if keys.len() < n {
        return Err(errors::not_implemented(t, "sub-views are not implemented"));
    }
    if keys.len() > n {
        let text = format!(
            "cannot index {n}-dimension view with {}-element tuple",
            keys.len()
        );
        return Err(errors::type_error(t, text));
    }
    let mut at = 0;
    for (dim, k) in keys.items().iter().enumerate() {
        at += offset(t, m, dim, *k)?;
    }
    Ok(at)
}
fn sliced(t: &Thread, m: M, s: Gc<Slice>) -> R<M> {
    let s = slice::span(t, s, m.shape(0))?;
    check(t, m)?;
    let mut p = m.parts();
    p.first = p
        .first
        .wrapping_offset(s.start as isize * p.dims.strides[0]);
    p.dims.shape[0] = s.count;
    p.dims.strides[0] *= s.step as isize;
    MemoryView::new(t, p)
}

pub(super) fn getitem(t: &Thread, m: M, key: Value) -> R<Value> {
    match select(t, m, key)? {
        Selected::Item(at) => Ok(format_of(t, m)?.unpack(t, m.item(at).bytes())),
        Selected::Slice(s) => Ok(s.value()),
        Selected::Whole => Ok(m.value()),
    }
}
pub(super) fn setitem(t: &Thread, m: M, key: Value, value: Value) -> R<()> {
    check(t, m)?;
    let format = format_of(t, m)?;
    if m.readonly() {
        return Err(errors::type_error(t, "cannot modify read-only memory"));
    }
    match select(t, m, key)? {
        Selected::Item(at) => put(t, m, format, at, value),
        Selected::Slice(dest) => {
            let r = assign(t, dest, value);
            memoryview::release(t, dest)?;
            r
        }
        Selected::Whole => put(t, m, format, 0, value),
    }
}
fn put(t: &Thread, m: M, format: Format, at: isize, value: Value) -> R<()> {
    let mut word = [0; 8];
    let word = &mut word[..format.size()];
    format.pack(t, value, word)?;
    // Converting the value may have released the view.
    check(t, m)?;
    m.item(at).bytes_mut().copy_from_slice(word);
    Ok(())
}
fn assign(t: &Thread, dest: M, value: Value) -> R<()> {
    if !buffer::has(value) {
        return Err(buffer::not_bytes_like(t, value));
    }
    let source = memoryview::from_object(t, value, buffer::request::FULL_RO)?;
    let same = dest.ndim() == source.ndim()
        && dest.dims().shape == source.dims().shape
        && dest.itemsize == source.itemsize
        && plain(dest.format.gc()) == plain(source.format.gc());
    let r = if dest.ndim() > 1 {
        Err(errors::not_implemented(
            t,
            "memoryview slice assignments are currently restricted to ndim = 1",
        ))
    } else if same {
        // A copy first: the two may overlap.
        let data = source.to_vec(Order::C);
        let size = dest.itemsize.get().max(1);
        for (at, item) in dest
            .dims()
            .offsets(Order::C)
            .into_iter()
            .zip(data.chunks(size))
        {
            dest.item(at).bytes_mut().copy_from_slice(item);
        }
        Ok(())
    } else {
        let text = "memoryview assignment: lvalue and rvalue have different structures";
        Err(errors::value_error(t, text))
    };
    memoryview::release(t, source)?;
    r
}
fn plain(format: Gc<Str>) -> Vec<u8> {
    let b = format.bytes();
    b.strip_prefix(b"@").unwrap_or(b).to_vec()
}
