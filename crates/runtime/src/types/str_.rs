//! `str`: the object. Text is WTF-8 (UTF-8 that may hold lone surrogates),
//! inline behind the fixed words or in a buffer.

use std::cell::Cell;

use pyjit_heap::{Field, Gc, GilCell, Header, Value, heap_object, object};

use crate::core::thread::{R, Thread};
use crate::core::{errors, kinds};
use crate::types::str_storage as storage;
use crate::types::type_::Type;

pub use super::intern::{hash_bytes, hash_text, init_interned, intern, intern_str, is_interned};

/// A string object.
#[repr(C)]
pub struct Str {
    header: Header,
    /// Absent: the bytes follow inline. Else see [`storage`].
    pub(super) ext: Field,
    nbytes: Cell<usize>,
    nchars: Cell<usize>,
    /// 0: not computed yet; else the hash with its low bit set.
    hash: Cell<u64>,
}
heap_object!(Str = kinds::STR, refs 1..2);

/// From this size on the bytes are in a buffer, for which there may be no memory.
const LARGE: usize = 1 << 16;

/// Bytes before the inline data.
const FIXED: usize = size_of::<Str>();
/// Bytes from the header to the number of bytes.
pub const NBYTES_OFFSET: usize = std::mem::offset_of!(Str, nbytes);
/// Bytes from the header to the number of code points.
pub const NCHARS_OFFSET: usize = std::mem::offset_of!(Str, nchars);

impl Str {
    /// A string of valid UTF-8 text.
    pub fn new(s: &str) -> Gc<Str> {
        let nchars = if s.is_ascii() {
            s.len()
        } else {
            s.chars().count()
        };
        Str::build(s.as_bytes(), nchars)
    }

    /// A string of WTF-8 bytes that is known to be well formed, with `nchars` code points.
    pub fn build(bytes: &[u8], nchars: usize) -> Gc<Str> {
        let s = Gc::with_raw_tail(
            kinds::STR,
            Str::fixed(Value::NULL, bytes.len(), nchars),
            bytes.len(),
        );
        s.inline_mut().copy_from_slice(bytes);
        s
    }

    /// A string of well-formed WTF-8 bytes.
    pub fn from_wtf8(bytes: &[u8]) -> Gc<Str> {
        Str::build(bytes, count_chars(bytes))
    }

    /// An instance of a subclass with the text of `s`.
    pub fn with_class(t: &Thread, class: Gc<Type>, s: Gc<Str>) -> R<Gc<Str>> {
        let Some(buffer) = storage::new_buffer(s.bytes(), s.bytes().len()) else {
            return Err(errors::memory_error(t));
        };
        let extra = class.extra_bytes(crate::core::class::words::<Str>());
        let new = Str::fixed(buffer.value(), s.bytes().len(), s.len());
        Ok(Gc::with_shape(class.root_shape.get(), new, extra))
    }

    fn fixed(ext: Value, nbytes: usize, nchars: usize) -> Str {
        Str {
            header: Header::NEW,
            ext: Field::new(ext),
            nbytes: Cell::new(nbytes),
            nchars: Cell::new(nchars),
            hash: Cell::new(0),
        }
    }

    /// An exact string whose bytes are somewhere else.
    pub(super) fn stored(ext: Value, nbytes: usize, nchars: usize) -> Gc<Str> {
        Gc::new(Str::fixed(ext, nbytes, nchars))
    }

    /// A string of `nbytes` bytes and `nchars` characters that `fill` writes
    /// (well-formed WTF-8); `fill` must not allocate in the heap.
    pub fn filled(
        t: &Thread,
        nbytes: usize,
        nchars: usize,
        fill: impl FnOnce(&mut [u8]),
    ) -> R<Gc<Str>> {
        if nbytes < LARGE {
            let s = Gc::with_raw_tail(kinds::STR, Str::fixed(Value::NULL, nbytes, nchars), nbytes);
            fill(s.inline_mut());
            return Ok(s);
        }
        match storage::new_buffer(b"", nbytes) {
            Some(buffer) => {
                fill(storage::room(buffer, nbytes));
                Ok(Str::stored(buffer.value(), nbytes, nchars))
            }
            None => Err(errors::memory_error(t)),
        }
    }

    /// Inline bytes, by another view's storage.
    pub(super) fn inline(&self, from: usize, len: usize) -> &[u8] {
        object::tail_bytes(self, FIXED + from, len)
    }
    #[allow(clippy::mut_from_ref)]
    fn inline_mut(&self) -> &mut [u8] {
        object::tail_bytes_mut(self, FIXED, self.nbytes.get())
    }

    /// The WTF-8 bytes.
    #[inline]
    pub fn bytes(&self) -> &[u8] {
        if !self.ext.is_set() {
            return object::tail_bytes(self, FIXED, self.nbytes.get());
        }
        storage::bytes(self)
    }

    /// The text, if it is valid UTF-8 (no lone surrogates).
    pub fn to_str(&self) -> Option<&str> {
        std::str::from_utf8(self.bytes()).ok()
    }
    /// The text with lone surrogates replaced, for messages.
    pub fn lossy(&self) -> std::borrow::Cow<'_, str> {
        String::from_utf8_lossy(self.bytes())
    }
    /// Number of bytes.
    #[inline(always)]
    pub fn byte_len(&self) -> usize {
        self.nbytes.get()
    }
    /// Number of code points.
    #[inline(always)]
    pub fn len(&self) -> usize {
        self.nchars.get()
    }
    /// Is it the empty string?
    pub fn is_empty(&self) -> bool {
        self.nbytes.get() == 0
    }
    /// Are all characters ASCII? Then indices are byte offsets.
    #[inline(always)]
    pub fn is_ascii(&self) -> bool {
        self.nchars.get() == self.nbytes.get()
    }
    /// The hash; equal strings have equal hashes.
    #[inline]
    pub fn hash(&self) -> i64 {
        if self.hash.get() == 0 {
            self.set_hash(hash_text(self.bytes()));
        }
        (self.hash.get() as i64) >> 1
    }
    /// Keeps what [`hash_text`] gave for the text.
    pub(crate) fn set_hash(&self, hash: i64) {
        self.hash.set((hash << 1) as u64 | 1);
    }
    /// Same text? No answer when more than the first bytes must be looked at.
    #[inline(always)]
    pub fn quick_same(&self, other: Gc<Str>) -> Option<bool> {
        let other: &Str = &other;
        if std::ptr::eq(self, other) {
            return Some(true);
        }
        let n = self.nbytes.get();
        if n != other.nbytes.get() {
            return Some(false);
        }
        if n == 0 || self.ext.is_set() || other.ext.is_set() {
            return None;
        }
        match (n, self.inline_byte(0) == other.inline_byte(0)) {
            (_, false) => Some(false),
            (1, true) => Some(true),
            _ => None,
        }
    }
    /// Character `i < len` of an ASCII text with inline bytes, if its string has been made.
    #[inline(always)]
    pub fn quick_item(&self, i: usize) -> Option<Value> {
        if !self.is_ascii() || self.ext.is_set() {
            return None;
        }
        ONE_CHAR.get()[self.inline_byte(i) as usize].get().opt()
    }
    /// Byte `i` of inline text.
    #[inline(always)]
    fn inline_byte(&self, i: usize) -> u8 {
        object::tail_bytes(self, FIXED, i + 1)[i]
    }
    /// Same text?
    #[inline]
    pub fn same(&self, other: &Str) -> bool {
        if std::ptr::eq(self, other) {
            return true;
        }
        if self.nbytes != other.nbytes {
            return false;
        }
        // Most texts that differ do so at once: no call for them.
        let (a, b) = (self.bytes(), other.bytes());
        a.first() == b.first() && a == b
    }
}

/// Number of code points of WTF-8 bytes.
pub fn count_chars(bytes: &[u8]) -> usize {
    bytes.iter().filter(|b| **b as i8 >= -64).count()
}

/// Appends the text of `s` to Rust text; lone surrogates become `\\udcXX`
/// escapes there (representations never contain them).
pub fn push_lossless(out: &mut String, s: Gc<Str>) {
    match s.to_str() {
        Some(text) => out.push_str(text),
        None => out.push_str(&s.lossy()),
    }
}

/// Bytes of the character that begins with byte `first`.
#[inline(always)]
pub fn char_len(first: u8) -> usize {
    match first {
        0..0x80 => 1,
        0x80..0xe0 => 2,
        0xe0..0xf0 => 3,
        _ => 4,
    }
}

/// Byte offset of character `i` (the length if there are fewer).
#[inline]
pub fn byte_offset(s: &Str, i: usize) -> usize {
    if s.is_ascii() {
        return i.min(s.nbytes.get());
    }
    storage::byte_offset(s, i)
}

/// The character that begins at byte `at`.
#[inline]
pub fn char_index(s: &Str, at: usize) -> usize {
    if s.is_ascii() {
        at
    } else {
        storage::char_index(s, at)
    }
}

/// The empty string, made once.
#[inline]
pub fn empty() -> Gc<Str> {
    static EMPTY: GilCell<Cell<Value>> = GilCell::new(Cell::new(Value::NULL));
    match EMPTY.get().get().opt() {
        Some(v) => Gc::from_value(v),
        None => {
            let s = intern("");
            EMPTY.get().set(s.value());
            s
        }
    }
}

/// The strings of one ASCII or Latin-1 character, made once.
static ONE_CHAR: GilCell<[Cell<Value>; 256]> =
    GilCell::new([const { Cell::new(Value::NULL) }; 256]);

impl Str {
    /// The string of one character given by its WTF-8 bytes.
    #[inline]
    pub fn one_char(bytes: &[u8]) -> Gc<Str> {
        let code = match bytes {
            [b] => *b as usize,
            [0xc2, b] => *b as usize,
            [0xc3, b] => *b as usize + 0x40,
            _ => return Str::build(bytes, 1),
        };
        match ONE_CHAR.get()[code].get().opt() {
            Some(v) => Gc::from_value(v),
            None => {
                let s = super::intern::intern_str(Str::build(bytes, 1));
                ONE_CHAR.get()[code].set(s.value());
                s
            }
        }
    }
}
