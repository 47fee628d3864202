//! The class `MemoryBIO`: a queue of bytes between a connection and a program.

use std::cell::Cell;

use pyjit_heap::{Field, Gc, Header, Value, heap_object};
use pyjit_runtime::core::class::words;
use pyjit_runtime::core::kinds;
use pyjit_runtime::types::buffer;
use pyjit_runtime::types::bytes::{ByteArray, Bytes};
use pyjit_runtime::types::type_::{Type, flags};
use pyjit_runtime::{R, Thread, py_class};

use super::errors::{Kind, raise};

/// The bytes, and whether more may come.
#[repr(C)]
pub struct MemoryBio {
    header: Header,
    data: Field,
    ended: Cell<i64>,
}
heap_object!(MemoryBio = 602, refs 1..2);

pub type M = Gc<MemoryBio>;

impl MemoryBio {
    fn store(&self) -> Gc<ByteArray> {
        Gc::from_value(self.data.get())
    }
    /// Will nothing more come?
    pub fn is_ended(&self) -> bool {
        self.ended.get() != 0
    }
    /// Takes out up to `most` bytes.
    pub fn take(&self, t: &Thread, most: usize) -> R<Vec<u8>> {
        let store = self.store();
        let n = store.bytes().len().min(most);
        let part = store.bytes()[..n].to_vec();
        store.splice(t, 0, n, &[])?;
        Ok(part)
    }
    /// Adds bytes at the end.
    pub fn add(&self, t: &Thread, data: &[u8]) -> R<()> {
        let store = self.store();
        let n = store.bytes().len();
        store.splice(t, n, n, data)
    }
}
fn new(t: &Thread, class: Gc<Type>) -> R<M> {
    let data = ByteArray::new(t, &[])?;
    let m = MemoryBio {
        header: Header::NEW,
        data: Field::new(data.value()),
        ended: Cell::new(0),
    };
    let extra = class.extra_bytes(words::<MemoryBio>());
    Ok(Gc::with_shape(class.root_shape.get(), m, extra))
}
fn read(t: &Thread, this: M, n: Option<i64>) -> R<Gc<Bytes>> {
    let n = n.filter(|n| *n >= 0).map_or(usize::MAX, |n| n as usize);
    Ok(Bytes::new(&this.take(t, n)?))
}
fn write(t: &Thread, this: M, data: Value) -> R<usize> {
    let data = buffer::bytes(t, data)?.to_vec();
    if this.is_ended() {
        let m = "cannot write() after write_eof()";
        return Err(raise(t, Kind::Error, m));
    }
    this.add(t, &data)?;
    Ok(data.len())
}
fn write_eof(_t: &Thread, this: M) {
    this.ended.set(1);
}
fn pending(_t: &Thread, this: M) -> usize {
    this.store().bytes().len()
}
fn eof(t: &Thread, this: M) -> bool {
    this.is_ended() && pending(t, this) == 0
}

py_class! {
    pub BIO: MemoryBio = "MemoryBIO", base kinds::OBJECT, flags flags::BASETYPE, module "_ssl";
    methods {
        @staticmethod __new__(cls, /) => new;
        /// Read up to size bytes from the memory BIO.
        read(self, size=-1, /) => read;
        /// Writes the bytes b into the memory BIO.
        write(self, b, /) => write;
        /// Write an EOF marker to the memory BIO.
        write_eof(self, /) => write_eof;
    }
    getset { pending => pending; eof => eof; }
}
