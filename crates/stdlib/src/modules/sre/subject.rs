//! The text that is searched: a string or an object with bytes.

use pyjit_heap::{Gc, Value};
use pyjit_runtime::core::errors;
use pyjit_runtime::types::buffer::{self, Buffer};
use pyjit_runtime::types::bytes::Bytes;
use pyjit_runtime::types::str_::{Str, byte_offset, char_index};
use pyjit_runtime::types::str_methods::piece;
use pyjit_runtime::types::type_::type_name;
use pyjit_runtime::{R, Thread};

/// A text; bytes stay borrowed as long as it lives.
pub enum Subject<'t> {
    Str(Gc<Str>),
    Bytes(Value, Buffer<'t>),
}

impl<'t> Subject<'t> {
    /// The text of an object, or nothing.
    pub fn of_opt(t: &'t Thread, v: Value) -> R<Option<Subject<'t>>> {
        if let Some(s) = v.cast::<Str>() {
            return Ok(Some(Subject::Str(s)));
        }
        Ok(buffer::acquire(t, v)?.map(|b| Subject::Bytes(v, b)))
    }
    /// The text of an object.
    pub fn of(t: &'t Thread, v: Value) -> R<Subject<'t>> {
        Subject::of_opt(t, v)?.ok_or_else(|| {
            let m = format!(
                "expected string or bytes-like object, got '{}'",
                type_name(v)
            );
            errors::type_error(t, m)
        })
    }
    pub fn is_bytes(&self) -> bool {
        matches!(self, Subject::Bytes(..))
    }
    /// The bytes, of strings in UTF-8.
    #[inline]
    pub fn bytes(&self) -> &[u8] {
        match self {
            Subject::Str(s) => s.bytes(),
            Subject::Bytes(_, b) => b,
        }
    }
    /// Number of characters.
    pub fn len(&self) -> usize {
        match self {
            Subject::Str(s) => s.len(),
            Subject::Bytes(_, b) => b.len(),
        }
    }
    /// Is every character one byte?
    pub fn is_single(&self) -> bool {
        match self {
            Subject::Str(s) => s.is_ascii(),
            Subject::Bytes(..) => true,
        }
    }
    /// The byte at which character `i` begins.
    #[inline]
    pub fn offset(&self, i: usize) -> usize {
        match self {
            Subject::Str(s) => byte_offset(s, i),
            Subject::Bytes(..) => i,
        }
    }
    /// The character that begins at a byte.
    #[inline]
    pub fn index(&self, offset: usize) -> usize {
        match self {
            Subject::Str(s) => char_index(s, offset.min(s.byte_len())),
            Subject::Bytes(..) => offset,
        }
    }
    /// Part of the text, given by bytes.
    #[inline]
    pub fn part(&self, from: usize, to: usize) -> Value {
        match self {
            Subject::Str(s) => piece(*s, from..to).value(),
            Subject::Bytes(v, b) => {
                let to = to.min(b.len());
                let from = from.min(to);
                if to - from == b.len() && v.cast_exact::<Bytes>().is_some() {
                    return *v;
                }
                Bytes::new(&b[from..to]).value()
            }
        }
    }
}
