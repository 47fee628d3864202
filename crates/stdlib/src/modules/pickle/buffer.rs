//! `PickleBuffer`: a buffer that may travel beside the pickle.

use pyjit_heap::{Gc, Value};
use pyjit_runtime::core::{errors, kinds};
use pyjit_runtime::types::buffer::request;
use pyjit_runtime::types::exceptions::Exc;
use pyjit_runtime::types::memoryview::{self, Dims, MemoryView, Order};
use pyjit_runtime::types::memoryview_methods::{lend, release_lent};
use pyjit_runtime::types::str_::intern;
use pyjit_runtime::types::type_::{Type, flags};
use pyjit_runtime::{R, Thread, py_class};

use crate::native_layout;

native_layout! {
    /// A view of the object; absent once released.
    PickleBuffer = 488, refs 1..2 { view } ints { }
}
type B = Gc<PickleBuffer>;

fn new(t: &Thread, class: Gc<Type>, object: Value) -> R<B> {
    let view = memoryview::from_object(t, object, request::FULL_RO)?;
    Ok(PickleBuffer::alloc(class, view.value()))
}
/// The view of a buffer that was not released.
pub fn view(t: &Thread, b: B) -> R<Gc<MemoryView>> {
    match b.view.get().opt() {
        Some(v) => Ok(Gc::from_value(v)),
        None => {
            let m = "operation forbidden on released PickleBuffer object";
            Err(errors::value_error(t, m))
        }
    }
}
/// The order in which the bytes lie in one piece, if they do.
pub fn order(m: Gc<MemoryView>) -> Option<Order> {
    [Order::C, Order::F]
        .into_iter()
        .find(|o| m.is_contiguous(*o))
}
fn raw(t: &Thread, this: B) -> R<Gc<MemoryView>> {
    let m = view(t, this)?;
    if order(m).is_none() {
        let m = "cannot extract raw buffer from non-contiguous buffer";
        return Err(errors::raise(t, Exc::BufferError, m));
    }
    let mut parts = m.parts();
    parts.dims = Dims::line(m.items() * parts.itemsize, 1);
    parts.itemsize = 1;
    parts.format = intern("B");
    MemoryView::new(t, parts)
}
fn release(t: &Thread, this: B) -> R<()> {
    if let Some(v) = this.view.get().opt() {
        memoryview::release(t, Gc::from_value(v))?;
        this.view.clear();
    }
    Ok(())
}
fn borrow(t: &Thread, this: B, flags: i64) -> R<Gc<MemoryView>> {
    lend(t, view(t, this)?.value(), flags)
}
fn give_back(t: &Thread, _this: B, view: Value) -> R<()> {
    release_lent(t, view)
}

py_class! {
    /// Wrapper for potentially out-of-band buffers
    pub CLASS: PickleBuffer = "PickleBuffer", base kinds::OBJECT, flags flags::BASETYPE | flags::HAS_WEAKREF, module "pickle";
    methods {
        @staticmethod __new__(cls, object, /) => new;
        /// Return a memoryview of the raw memory underlying this buffer.
        ///
        /// Will raise BufferError is the buffer isn't contiguous.
        raw(self, /) => raw;
        /// Release the underlying buffer held by the PickleBuffer object.
        release(self, /) => release;
        __buffer__(self, flags, /) => borrow;
        __release_buffer__(self, buffer, /) => give_back;
    }
}
