//! Where the bytes of a string are when they do not follow it inline, and the
//! index tables of long strings that are not ASCII.
//!
//! - A *buffer* (a [`RawArray`]): one word with the number of bytes in use, then
//!   the bytes. Strings that were made by appending share one: each sees its
//!   own length, and the one that ends where the used part ends can be
//!   appended to in place. So `s += x` in a loop is linear.
//! - A [`Storage`] object: part of another string, or a table of places.

use std::cell::Cell;

use pyjit_heap::{Field, Gc, Header, HeapObject, RawArray, Value, heap_object, object};

use super::str_::Str;
use crate::core::thread::{R, Thread};
use crate::core::{errors, kinds};
use crate::unicode::wtf8;

/// Bytes before the text in a buffer.
const PREFIX: usize = 8;
/// Results of concatenation below this size are inline.
const APPENDABLE: usize = 256;
/// Slices from this size on may share the bytes of the whole.
const SHARED: usize = 2048;
/// Strings of this many bytes, not ASCII, get a table of places when they are indexed.
const TABLE: usize = 512;

/// Bytes of a string in another object, and the table of places.
#[repr(C)]
pub struct Storage {
    header: Header,
    /// A buffer, a string with inline bytes, or absent: the string's own inline bytes.
    base: Field,
    /// Byte offsets of every so many characters, see [`wtf8::IndexTable`].
    table: Field<Gc<RawArray>>,
    /// Where the string begins in the base.
    start: Cell<usize>,
    /// The place that was looked for last: scans go from place to place.
    last: Cell<Place>,
}

/// A character and the byte where it begins.
#[derive(Clone, Copy, Default)]
struct Place {
    index: u32,
    byte: u32,
}

/// Places at most so many bytes behind the last one are counted from there.
const NEAR: usize = 96;
heap_object!(Storage = kinds::STR_STORAGE, refs 1..3);

/// A buffer with room for `capacity` bytes that begins with `text`.
pub fn new_buffer(text: &[u8], capacity: usize) -> Option<Gc<RawArray>> {
    let b = RawArray::new(capacity.checked_add(PREFIX)?)?;
    b.words_mut()[0] = text.len() as u64;
    b.bytes_mut()[PREFIX..PREFIX + text.len()].copy_from_slice(text);
    Some(b)
}

/// The first `n` bytes of a new buffer, which are in use from now on.
pub fn room(buffer: Gc<RawArray>, n: usize) -> &'static mut [u8] {
    buffer.words_mut()[0] = n as u64;
    object::static_bytes_mut(&mut buffer.bytes_mut()[PREFIX..PREFIX + n])
}

fn as_buffer(v: Value) -> Option<Gc<RawArray>> {
    (v.is_ptr() && v.shape_id() == RawArray::KIND).then(|| Gc::from_value(v))
}
fn as_storage(v: Value) -> Option<Gc<Storage>> {
    (v.is_ptr() && v.shape_id() == kinds::STR_STORAGE).then(|| Gc::from_value(v))
}

/// The bytes of a string that are not inline.
#[inline(never)]
pub fn bytes(s: &Str) -> &[u8] {
    let (base, start) = place(s);
    let n = s.byte_len();
    if let Some(b) = as_buffer(base) {
        return object::outlive(s, &b.bytes()[start..start + n]);
    }
    match base.opt() {
        Some(b) => object::outlive(s, Gc::<Str>::from_value(b).inline(start, n)),
        None => s.inline(start, n),
    }
}

/// What holds the bytes (absent: the string itself, inline), and from where on.
fn place(s: &Str) -> (Value, usize) {
    let ext = s.ext.value();
    match as_storage(ext) {
        Some(x) => (x.base.value(), x.start.get()),
        None if ext.is_null() => (Value::NULL, 0),
        None => (ext, PREFIX),
    }
}

/// `a + b`.
pub fn concat(t: &Thread, a: Gc<Str>, b: Gc<Str>) -> R<Gc<Str>> {
    let (x, y) = (a.bytes(), b.bytes());
    let (nbytes, nchars) = (x.len() + y.len(), a.len() + b.len());
    if nbytes < APPENDABLE {
        return Str::filled(t, nbytes, nchars, |out| {
            out[..x.len()].copy_from_slice(x);
            out[x.len()..].copy_from_slice(y);
        });
    }
    let buffer = match place(&a) {
        (base, PREFIX) => as_buffer(base),
        _ => None,
    };
    if let Some(buffer) = buffer.filter(|b| b.words()[0] as usize == x.len()) {
        let fits = |b: Gc<RawArray>| b.len() - PREFIX >= nbytes;
        if fits(buffer) || buffer.try_extend(PREFIX + nbytes + nbytes / 4) {
            append(buffer, x.len(), y);
            return Ok(Str::stored(buffer.value(), nbytes, nchars));
        }
    }
    // The second time that something is appended there will be more.
    let spare = if buffer.is_some() {
        nbytes / 2
    } else {
        nbytes / 8
    };
    let Some(new) = new_buffer(x, nbytes + spare) else {
        return Err(errors::memory_error(t));
    };
    append(new, x.len(), y);
    Ok(Str::stored(new.value(), nbytes, nchars))
}

/// Writes `more` at byte `at` of the text in a buffer and counts it as in use.
fn append(buffer: Gc<RawArray>, at: usize, more: &[u8]) {
    let all = buffer.bytes();
    let from = more.as_ptr() as usize;
    let inside = all.as_ptr_range();
    let end = PREFIX + at + more.len();
    if (inside.start as usize..inside.end as usize).contains(&from) {
        let from = from - inside.start as usize;
        buffer
            .bytes_mut()
            .copy_within(from..from + more.len(), PREFIX + at);
    } else {
        buffer.bytes_mut()[PREFIX + at..end].copy_from_slice(more);
    }
    buffer.words_mut()[0] = (at + more.len()) as u64;
}

/// The string of bytes `from..to` of `s`, `nchars` characters: a part that is
/// long, and not much shorter than the whole, shares its bytes.
pub fn slice(s: Gc<Str>, from: usize, to: usize, nchars: usize) -> Gc<Str> {
    let n = to - from;
    if n < SHARED {
        return Str::build(&s.bytes()[from..to], nchars);
    }
    let (base, start) = match place(&s) {
        (base, start) if base.is_null() => (s.value(), start),
        found => found,
    };
    let whole = match as_buffer(base) {
        Some(b) => b.len(),
        None => Gc::<Str>::from_value(base).byte_len(),
    };
    if n < whole / 2 {
        return Str::build(&s.bytes()[from..to], nchars);
    }
    Str::stored(storage(base, start + from).value(), n, nchars)
}

fn storage(base: Value, start: usize) -> Gc<Storage> {
    Gc::new(Storage {
        header: Header::NEW,
        base: Field::new(base),
        table: Field::null(),
        start: Cell::new(start),
        last: Cell::default(),
    })
}

/// The storage of a long string with its table of places, made now if need be.
fn indexed(s: &Str) -> Option<Gc<Storage>> {
    if s.byte_len() < TABLE {
        return None;
    }
    if let Some(found) = as_storage(s.ext.value())
        && found.table.is_set()
    {
        return Some(found);
    }
    let made = wtf8::IndexTable::new(s.bytes())?;
    let array = RawArray::new(made.entries().len() * 4)?;
    for (to, from) in array.bytes_mut().chunks_exact_mut(4).zip(made.entries()) {
        to.copy_from_slice(&from.to_ne_bytes());
    }
    let x = match as_storage(s.ext.value()) {
        Some(x) => x,
        None => {
            let (base, start) = place(s);
            let x = storage(base, start);
            s.ext.set(s, x.value());
            x
        }
    };
    x.table.put(x, array);
    Some(x)
}

/// Byte offset of character `i` of a string that is not ASCII.
pub fn byte_offset(s: &Str, i: usize) -> usize {
    if i >= s.len() {
        return s.byte_len();
    }
    let Some(x) = indexed(s) else {
        return wtf8::offset_of(s.bytes(), i);
    };
    let last = x.last.get();
    let ahead = i.wrapping_sub(last.index as usize);
    if ahead == 0 {
        return last.byte as usize;
    }
    let bytes = bytes(s);
    let at = if ahead < NEAR / 4 {
        let mut at = last.byte as usize;
        for _ in 0..ahead {
            at += super::str_::char_len(bytes[at]);
        }
        at
    } else {
        wtf8::table_offset(x.table.gc().halves(), bytes, i)
    };
    x.last.set(Place {
        index: i as u32,
        byte: at as u32,
    });
    at
}

/// The character at byte `at` of a string that is not ASCII.
pub fn char_index(s: &Str, at: usize) -> usize {
    let Some(x) = indexed(s) else {
        return wtf8::count(&s.bytes()[..at]);
    };
    let bytes = bytes(s);
    let last = x.last.get();
    let from = last.byte as usize;
    let index = if at >= from && at - from < NEAR {
        last.index as usize + wtf8::count(&bytes[from..at])
    } else if at < from && from - at < NEAR {
        last.index as usize - wtf8::count(&bytes[at..from])
    } else {
        wtf8::table_index(x.table.gc().halves(), bytes, at)
    };
    x.last.set(Place {
        index: index as u32,
        byte: at as u32,
    });
    index
}
