//! `bytes` and `bytearray`: the objects (their Python-visible methods are in
//! `bytes_methods`).

use std::cell::Cell;

use pyjit_heap::{Field, Gc, GilCell, Header, RawArray, Root, Value, heap_object, object};

use crate::core::errors;
use crate::core::kinds;
use crate::core::thread::{R, Thread};
use crate::types::buffer::{self, Views};
use crate::types::type_::{self, Type};

/// A `bytes` object.
#[repr(C)]
pub struct Bytes {
    header: Header,
    /// Absent: the bytes follow inline (exact `bytes` only). Else a [`RawArray`].
    ext: Field,
    len: Cell<usize>,
    /// 0: not computed yet.
    pub hash: Cell<i64>,
}
heap_object!(Bytes = kinds::BYTES, refs 1..2);

const FIXED: usize = size_of::<Bytes>();
/// Bytes from the header to the number of bytes, to the reference to a buffer, and to
/// bytes in line.
pub const LEN_OFFSET: usize = std::mem::offset_of!(Bytes, len);
pub const EXT_OFFSET: usize = std::mem::offset_of!(Bytes, ext);
pub const INLINE_OFFSET: usize = FIXED;

/// The only empty one.
static EMPTY: GilCell<Option<Root>> = GilCell::new(None);

impl Bytes {
    /// A `bytes` object.
    pub fn new(data: &[u8]) -> Gc<Bytes> {
        if data.is_empty() {
            if let Some(e) = EMPTY.get() {
                return Gc::from_value(e.get());
            }
            let b = Bytes::make(data);
            EMPTY.with_mut(|e| *e = Some(Root::new(b.value())));
            return b;
        }
        Bytes::make(data)
    }
    fn make(data: &[u8]) -> Gc<Bytes> {
        let b = Bytes {
            header: Header::NEW,
            ext: Field::null(),
            len: Cell::new(data.len()),
            hash: Cell::new(0),
        };
        let g = Gc::with_shape(kinds::BYTES, b, data.len());
        object::tail_bytes_mut(&*g, FIXED, data.len()).copy_from_slice(data);
        g
    }
    /// An instance of a subclass.
    pub fn with_class(t: &Thread, class: Gc<Type>, data: &[u8]) -> R<Gc<Bytes>> {
        let Some(buffer) = RawArray::new(data.len()) else {
            return Err(errors::memory_error(t));
        };
        buffer.bytes_mut().copy_from_slice(data);
        let b = Bytes {
            header: Header::NEW,
            ext: Field::new(buffer.value()),
            len: Cell::new(data.len()),
            hash: Cell::new(0),
        };
        Ok(Gc::with_shape(
            class.root_shape.get(),
            b,
            class.extra_bytes(crate::core::class::words::<Bytes>()),
        ))
    }
    /// The bytes.
    #[inline]
    pub fn bytes(&self) -> &[u8] {
        if !self.ext.is_set() {
            return object::tail_bytes(self, FIXED, self.len.get());
        }
        let buffer: Gc<RawArray> = Gc::from_value(self.ext.value());
        object::outlive(self, buffer.bytes())
    }
    /// Number of bytes.
    #[inline(always)]
    pub fn len(&self) -> usize {
        self.len.get()
    }
    /// Is it `b""`?
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// A `bytearray`: `len` bytes from `start` on of a growable buffer.
#[repr(C)]
pub struct ByteArray {
    header: Header,
    pub buffer: Field<Gc<RawArray>>,
    /// Memory views over the bytes ([`Views`]).
    pub views: Field,
    pub start: Cell<usize>,
    pub len: Cell<usize>,
    /// Native borrowers at work.
    pub exports: Cell<usize>,
}
heap_object!(ByteArray = kinds::BYTEARRAY, refs 1..3);

impl ByteArray {
    /// An empty one of class `class`.
    pub fn with_class(class: Gc<Type>) -> Gc<ByteArray> {
        let b = ByteArray {
            header: Header::NEW,
            buffer: Field::null(),
            views: Field::null(),
            start: Cell::new(0),
            len: Cell::new(0),
            exports: Cell::new(0),
        };
        Gc::with_shape(
            class.root_shape.get(),
            b,
            class.extra_bytes(crate::core::class::words::<ByteArray>()),
        )
    }
    /// A `bytearray` with these bytes.
    pub fn new(t: &Thread, data: &[u8]) -> R<Gc<ByteArray>> {
        let b = ByteArray::with_class(type_::of_kind(kinds::BYTEARRAY));
        b.splice(t, 0, 0, data)?;
        Ok(b)
    }
    /// The bytes.
    #[inline]
    pub fn bytes(&self) -> &[u8] {
        match self.buffer.opt() {
            Some(b) => object::outlive(
                self,
                &b.bytes()[self.start.get()..self.start.get() + self.len.get()],
            ),
            None => &[],
        }
    }
    /// The bytes, to be written; the caller holds no other slice of them.
    #[allow(clippy::mut_from_ref)]
    pub fn bytes_mut(&self) -> &mut [u8] {
        match self.buffer.opt() {
            Some(b) => object::outlive_mut(
                self,
                &mut b.bytes_mut()[self.start.get()..self.start.get() + self.len.get()],
            ),
            None => &mut [],
        }
    }
    /// Replaces bytes `from..to` by `data`.
    pub fn splice(&self, t: &Thread, from: usize, to: usize, data: &[u8]) -> R<()> {
        let n = self.len.get();
        let new = n - (to - from) + data.len();
        if new != n && (self.exports.get() > 0 || Views(&self.views).any(t)) {
            return Err(buffer::lent_error(t));
        }
        let room = self.buffer.opt().map_or(0, |b| b.len() - self.start.get());
        if from == n && to == n && new <= room {
            self.len.set(new);
            self.bytes_mut()[n..].copy_from_slice(data);
            return Ok(());
        }
        if from == 0 && data.is_empty() {
            // Deleting from the front moves nothing.
            self.start.set(self.start.get() + to);
            self.len.set(new);
            return Ok(());
        }
        if new > room {
            // What grows at its end goes on growing.
            let extra = if from == n && n < 1 << 20 {
                new >> 1
            } else {
                new >> 3
            };
            let Some(b) = RawArray::new(new + extra + 16) else {
                return Err(errors::memory_error(t));
            };
            let old = self.bytes();
            b.bytes_mut()[..from].copy_from_slice(&old[..from]);
            b.bytes_mut()[from..from + data.len()].copy_from_slice(data);
            b.bytes_mut()[from + data.len()..new].copy_from_slice(&old[to..]);
            self.buffer.put(self, b);
            self.start.set(0);
        } else if from == n {
            self.len.set(new);
            self.bytes_mut()[n..].copy_from_slice(data);
            return Ok(());
        } else {
            self.len.set(new.max(n));
            let bytes = self.bytes_mut();
            bytes.copy_within(to..n, from + data.len());
            bytes[from..from + data.len()].copy_from_slice(data);
        }
        self.len.set(new);
        Ok(())
    }
}

/// A `bytes` or `bytearray` object (or subclass instance), for reading.
#[derive(Clone, Copy)]
pub enum Like {
    Bytes(Gc<Bytes>),
    Array(Gc<ByteArray>),
}

impl std::ops::Deref for Like {
    type Target = [u8];

    #[inline]
    fn deref(&self) -> &[u8] {
        match self {
            Like::Bytes(b) => b.bytes(),
            Like::Array(b) => b.bytes(),
        }
    }
}

/// `v` as a `bytes` or `bytearray` object.
#[inline]
pub fn like(v: Value) -> Option<Like> {
    match v.cast::<Bytes>() {
        Some(b) => Some(Like::Bytes(b)),
        None => v.cast::<ByteArray>().map(Like::Array),
    }
}
