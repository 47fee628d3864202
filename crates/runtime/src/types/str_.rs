//! `str`: the object. Text is WTF-8 (UTF-8 that may hold lone surrogates),
//! inline behind the fixed words or in a buffer.

use std::cell::Cell;

use pyjit_heap::{Field, Gc, GilCell, Header, RawArray, RefArray, Value, alloc, heap_object};

use crate::core::thread::{R, Thread};
use crate::core::{errors, kinds};
use crate::types::type_::Type;

/// A string object.
#[repr(C)]
pub struct Str {
    header: Header,
    /// Absent: the bytes follow inline. A [`RawArray`]: the bytes are its
    /// first `nbytes`. (A rope node is possible too; see [`Str::bytes`].)
    ext: Field,
    nbytes: Cell<usize>,
    nchars: Cell<usize>,
    /// 0: not computed yet; else the hash with its low bit set.
    hash: Cell<u64>,
}
heap_object!(Str = kinds::STR, refs 1..2);

/// Bytes before the inline data.
const FIXED: usize = size_of::<Str>();

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
        let s = Gc::with_shape(
            kinds::STR,
            Str {
                header: Header::NEW,
                ext: Field::null(),
                nbytes: Cell::new(bytes.len()),
                nchars: Cell::new(nchars),
                hash: Cell::new(0),
            },
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
        let bytes = s.bytes();
        let Some(buffer) = RawArray::new(bytes.len()) else {
            return Err(errors::memory_error(t));
        };
        buffer.bytes_mut().copy_from_slice(bytes);
        let new = Str {
            header: Header::NEW,
            ext: Field::new(buffer.value()),
            nbytes: Cell::new(bytes.len()),
            nchars: Cell::new(s.len()),
            hash: Cell::new(0),
        };
        let extra = class.extra_bytes(crate::core::class::words::<Str>());
        Ok(Gc::with_shape(class.root_shape.get(), new, extra))
    }

    fn inline_mut(&self) -> &mut [u8] {
        pyjit_heap::object::tail_bytes_mut(self, FIXED, self.nbytes.get())
    }

    /// The WTF-8 bytes.
    #[inline]
    pub fn bytes(&self) -> &[u8] {
        if !self.ext.is_set() {
            return pyjit_heap::object::tail_bytes(self, FIXED, self.nbytes.get());
        }
        let buffer: Gc<RawArray> = Gc::from_value(self.ext.value());
        // The buffer lives as long as this object does.
        let bytes: *const [u8] = &buffer.bytes()[..self.nbytes.get()];
        pyjit_heap::object::outlive(self, bytes)
    }

    /// The text, if it is valid UTF-8 (no lone surrogates).
    pub fn to_str(&self) -> Option<&str> {
        std::str::from_utf8(self.bytes()).ok()
    }
    /// The text with lone surrogates replaced, for messages.
    pub fn lossy(&self) -> std::borrow::Cow<'_, str> {
        String::from_utf8_lossy(self.bytes())
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
            self.hash.set(hash_bytes(self.bytes()) as u64 | 1);
        }
        if self.is_empty() {
            0
        } else {
            (self.hash.get() as i64) >> 1
        }
    }
    /// Same text?
    #[inline]
    pub fn same(&self, other: &Str) -> bool {
        std::ptr::eq(self, other) || (self.nbytes == other.nbytes && self.bytes() == other.bytes())
    }
}

/// Number of code points of WTF-8 bytes.
pub fn count_chars(bytes: &[u8]) -> usize {
    bytes.iter().filter(|b| **b as i8 >= -64).count()
}

/// Keyed hash of bytes (63 significant bits in the high part).
pub fn hash_bytes(bytes: &[u8]) -> i64 {
    let mut h: u64 = 0x9e37_79b9_7f4a_7c15 ^ bytes.len() as u64;
    for c in bytes.chunks(8) {
        let mut w = [0u8; 8];
        w[..c.len()].copy_from_slice(c);
        let x = (h ^ u64::from_le_bytes(w)) as u128 * 0xd6e8_feb8_6659_fd93_u128;
        h = (x as u64) ^ (x >> 64) as u64;
    }
    (h ^ h >> 29) as i64
}

/// The table of interned strings: open addressing in a heap array.
struct Interned {
    table: Cell<Value>,
    count: Cell<usize>,
}

static INTERNED: GilCell<Interned> = GilCell::new(Interned {
    table: Cell::new(Value::NULL),
    count: Cell::new(0),
});

/// Prepares the intern table. Called once at start-up.
pub fn init_interned() {
    alloc::add_root_range(INTERNED.as_ptr() as *const u64, 1);
    INTERNED
        .get()
        .table
        .set(RefArray::new(4096).expect("start-up memory").value());
}

fn intern_slot(table: Gc<RefArray>, hash: i64, bytes: &[u8]) -> usize {
    let mask = table.len() - 1;
    let mut i = hash as usize & mask;
    loop {
        match table.get(i).opt() {
            None => return i,
            Some(v) if Gc::<Str>::from_value(v).bytes() == bytes => return i,
            Some(_) => i = (i + 1) & mask,
        }
    }
}

/// The one string object with that text which attribute names are compared by.
pub fn intern(s: &str) -> Gc<Str> {
    intern_with(s.as_bytes(), || Str::new(s))
}

/// The interned string equal to `s` (an exact `str`): `s` itself if it is the first.
pub fn intern_str(s: Gc<Str>) -> Gc<Str> {
    intern_with(s.bytes(), || s)
}

/// Is `s` the interned string of its text?
pub fn is_interned(s: Gc<Str>) -> bool {
    let table: Gc<RefArray> = Gc::from_value(INTERNED.get().table.get());
    table.get(intern_slot(table, hash_bytes(s.bytes()), s.bytes())) == s.value()
}

fn intern_with(bytes: &[u8], make: impl FnOnce() -> Gc<Str>) -> Gc<Str> {
    let state = INTERNED.get();
    let mut table: Gc<RefArray> = Gc::from_value(state.table.get());
    let hash = hash_bytes(bytes);
    let mut i = intern_slot(table, hash, bytes);
    if let Some(v) = table.get(i).opt() {
        return Gc::from_value(v);
    }
    if (state.count.get() + 1) * 2 > table.len() {
        let bigger = RefArray::new(table.len() * 2).expect("memory for interned strings");
        for v in table.as_slice().iter().filter(|v| !v.is_null()) {
            let b = Gc::<Str>::from_value(*v);
            bigger.set(intern_slot(bigger, hash_bytes(b.bytes()), b.bytes()), *v);
        }
        state.table.set(bigger.value());
        table = bigger;
        i = intern_slot(table, hash, bytes);
    }
    let s = make();
    s.hash();
    table.set(i, s.value());
    state.count.set(state.count.get() + 1);
    s
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
pub fn byte_offset(s: &Str, i: usize) -> usize {
    if s.is_ascii() {
        return i.min(s.bytes().len());
    }
    if i >= s.len() {
        return s.bytes().len();
    }
    let mut at = 0;
    for _ in 0..i {
        at += char_len(s.bytes()[at]);
    }
    at
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
                let s = intern_with(bytes, || Str::build(bytes, 1));
                ONE_CHAR.get()[code].set(s.value());
                s
            }
        }
    }
}
