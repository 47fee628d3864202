//! `memoryview`: the object and its geometry. Items are read and written in
//! `memoryview_items`; the Python-visible part is `memoryview_methods`.

use std::cell::Cell;

use pyjit_heap::{Field, Gc, Header, Memory, RawArray, Value, heap_object, object};

use super::buffer::{self, Export, Exporter, ManagedBuffer};
use super::memoryview_items::Format;
use super::str_::{Str, intern};
use crate::core::native::NativeObject;
use crate::core::special::Special;
use crate::core::thread::{R, Thread};
use crate::core::{errors, kinds};
use crate::types::exceptions::Exc;
use crate::types::type_::{class_of, type_name};

/// Most dimensions.
pub const MAX_DIMENSIONS: usize = 64;

/// A view of some memory as an array of items.
#[repr(C)]
pub struct MemoryView {
    header: Header,
    /// What is viewed, shared by all views made from one another; absent once released.
    pub managed: Field<Gc<ManagedBuffer>>,
    pub format: Field<Gc<Str>>,
    /// Keeps the memory allocated, whatever its owner does.
    keeper: Field,
    /// Shape, then strides, as 64-bit words.
    dims: Field<Gc<RawArray>>,
    /// Address of the item with all indices zero.
    first: Cell<*mut u8>,
    /// Lowest address of an item, and one past the highest.
    low: Cell<*mut u8>,
    bytes: Cell<usize>,
    pub itemsize: Cell<usize>,
    readonly: Cell<bool>,
    /// Native borrowers at work.
    pub exports: Cell<usize>,
    /// 0: not computed yet.
    pub hash: Cell<i64>,
}
heap_object!(MemoryView = kinds::MEMORYVIEW, refs 1..5);

/// The geometry of a view.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Dims {
    pub shape: Vec<usize>,
    pub strides: Vec<isize>,
}

impl Dims {
    /// One contiguous dimension.
    pub fn line(items: usize, itemsize: usize) -> Dims {
        Dims {
            shape: vec![items],
            strides: vec![itemsize as isize],
        }
    }
    /// Row-major order.
    pub fn rows(shape: &[usize], itemsize: usize) -> Dims {
        let mut strides = vec![0; shape.len()];
        let mut step = itemsize;
        for (s, n) in strides.iter_mut().zip(shape).rev() {
            *s = step as isize;
            step *= n;
        }
        Dims {
            shape: shape.to_vec(),
            strides,
        }
    }
    /// Number of items.
    pub fn items(&self) -> usize {
        self.shape.iter().product()
    }
    /// Is it laid out in row-major (`last` dimension fastest) or column-major order?
    pub fn is_contiguous(&self, itemsize: usize, order: Order) -> bool {
        if self.items() == 0 {
            return true;
        }
        let mut step = itemsize as isize;
        let mut check = |i: usize| {
            let fits = self.shape[i] == 1 || self.strides[i] == step;
            step *= self.shape[i] as isize;
            fits
        };
        match order {
            Order::F => (0..self.shape.len()).all(&mut check),
            _ => (0..self.shape.len()).rev().all(&mut check),
        }
    }
    /// Byte offsets of all items, in row-major (or, for `F`, column-major) index order.
    pub fn offsets(&self, order: Order) -> Vec<isize> {
        let mut all = vec![0];
        let mut add = |i: usize| {
            let (n, stride) = (self.shape[i] as isize, self.strides[i]);
            all = match order {
                Order::F => (0..n)
                    .flat_map(|k| all.iter().map(move |o| o + k * stride).collect::<Vec<_>>())
                    .collect(),
                _ => all
                    .iter()
                    .flat_map(|o| (0..n).map(move |k| o + k * stride))
                    .collect(),
            };
        };
        (0..self.shape.len()).for_each(&mut add);
        all
    }
    /// Lowest and highest offset of an item's first byte.
    fn extent(&self) -> (isize, isize) {
        let mut range = (0, 0);
        for (n, s) in self.shape.iter().zip(&self.strides) {
            let last = (*n as isize - 1).max(0) * s;
            if last < 0 {
                range.0 += last;
            } else {
                range.1 += last;
            }
        }
        range
    }
}

/// Order of items in a copy.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Order {
    C,
    F,
    /// `F` if the view is laid out so, else `C`.
    A,
}

/// What a view is made of.
pub struct Parts {
    pub managed: Gc<ManagedBuffer>,
    pub format: Gc<Str>,
    pub keeper: Value,
    pub first: *mut u8,
    pub itemsize: usize,
    pub readonly: bool,
    pub dims: Dims,
}

impl MemoryView {
    /// A view; its managed buffer already counts it.
    pub fn new(t: &Thread, p: Parts) -> R<Gc<MemoryView>> {
        let n = p.dims.shape.len();
        let Some(words) = RawArray::new(n * 16) else {
            return Err(errors::memory_error(t));
        };
        for i in 0..n {
            words.words_mut()[i] = p.dims.shape[i] as u64;
            words.words_mut()[n + i] = p.dims.strides[i] as u64;
        }
        let (low, high) = p.dims.extent();
        let bytes = if p.dims.items() == 0 {
            0
        } else {
            (high - low) as usize + p.itemsize
        };
        Ok(Gc::new(MemoryView {
            header: Header::NEW,
            managed: Field::of(p.managed),
            format: Field::of(p.format),
            keeper: Field::new(p.keeper),
            dims: Field::of(words),
            first: Cell::new(p.first),
            low: Cell::new(p.first.wrapping_offset(low)),
            bytes: Cell::new(bytes),
            itemsize: Cell::new(p.itemsize),
            readonly: Cell::new(p.readonly),
            exports: Cell::new(0),
            hash: Cell::new(0),
        }))
    }
    /// Number of dimensions.
    pub fn ndim(&self) -> usize {
        self.dims.gc().len() / 16
    }
    /// Items along dimension `i`.
    pub fn shape(&self, i: usize) -> usize {
        self.dims.gc().words()[i] as usize
    }
    /// Bytes from one item to the next along dimension `i`.
    pub fn stride(&self, i: usize) -> isize {
        self.dims.gc().words()[self.ndim() + i] as isize
    }
    /// The geometry.
    pub fn dims(&self) -> Dims {
        let n = self.ndim();
        Dims {
            shape: (0..n).map(|i| self.shape(i)).collect(),
            strides: (0..n).map(|i| self.stride(i)).collect(),
        }
    }
    /// Number of items.
    pub fn items(&self) -> usize {
        (0..self.ndim()).map(|i| self.shape(i)).product()
    }
    /// May items be written?
    pub fn readonly(&self) -> bool {
        self.readonly.get()
    }
    /// The item format, if it is one that we can read.
    pub fn item_format(&self) -> Option<Format> {
        Format::parse(self.format.gc().bytes())
    }
    /// The whole memory between the lowest and the highest item.
    pub fn memory(&self) -> Memory {
        Memory::at(self.low.get(), self.bytes.get())
    }
    /// Offset in [`MemoryView::memory`] of the item at byte offset `at` from the first.
    pub fn place(&self, at: isize) -> usize {
        (self.first.get() as isize - self.low.get() as isize + at) as usize
    }
    /// The bytes of the item at byte offset `at` from the first item.
    pub fn item(&self, at: isize) -> Memory {
        self.memory().window(self.place(at), self.itemsize.get())
    }
    /// Is it contiguous in that order?
    pub fn is_contiguous(&self, order: Order) -> bool {
        let d = self.dims();
        let n = self.itemsize.get();
        match order {
            Order::A => d.is_contiguous(n, Order::C) || d.is_contiguous(n, Order::F),
            order => d.is_contiguous(n, order),
        }
    }
    /// The memory, if the items follow one another in row-major order.
    pub fn contiguous_memory(&self) -> Option<Memory> {
        self.is_contiguous(Order::C).then(|| self.memory())
    }
    /// A copy of all items' bytes.
    pub fn to_vec(&self, order: Order) -> Vec<u8> {
        let d = self.dims();
        let order = match order {
            Order::A if d.is_contiguous(self.itemsize.get(), Order::F) => Order::F,
            Order::A => Order::C,
            o => o,
        };
        if d.is_contiguous(self.itemsize.get(), order) {
            return self.memory().bytes().to_vec();
        }
        let offsets = d.offsets(order);
        offsets
            .iter()
            .flat_map(|at| self.item(*at).bytes().to_vec())
            .collect()
    }
    /// The bytes of the memory, while this view is reachable.
    pub fn bytes(&self) -> &[u8] {
        object::outlive(self, self.memory().bytes())
    }
    /// The parts of a further view of the same buffer, which is counted.
    pub fn parts(&self) -> Parts {
        let managed = self.managed.gc();
        managed.users.set(managed.users.get() + 1);
        Parts {
            managed,
            format: self.format.gc(),
            keeper: self.keeper.get(),
            first: self.first.get(),
            itemsize: self.itemsize.get(),
            readonly: self.readonly.get(),
            dims: self.dims(),
        }
    }
}

/// `ValueError` on a released view.
#[inline]
pub fn check(t: &Thread, m: Gc<MemoryView>) -> R<()> {
    if m.managed.is_set() {
        return Ok(());
    }
    Err(errors::value_error(
        t,
        "operation forbidden on released memoryview object",
    ))
}

/// `memoryview(object)`; `flags` are what a Python-level `__buffer__` is asked for.
pub fn from_object(t: &Thread, v: Value, flags: i64) -> R<Gc<MemoryView>> {
    if let Some(m) = v.cast::<MemoryView>() {
        check(t, m)?;
        return MemoryView::new(t, m.parts());
    }
    if let Some(e) = buffer::exporter(v) {
        let x = e.export(t, v)?;
        let managed = ManagedBuffer::new(v, Value::NULL);
        let made = lend(t, v, e, managed, &x);
        // From now on the exporter watches the managed buffer.
        e.release(v);
        return made;
    }
    match buffer::call_buffer_method(t, v, flags)? {
        Some(inner) => {
            check(t, inner)?;
            // A native `__buffer__` shows another object's memory.
            let native = class_of(v).special(Special::Buffer);
            if native.is_some_and(|f| NativeObject::of(f).is_some()) {
                return Ok(inner);
            }
            let mut p = inner.parts();
            let shared = p.managed;
            shared.users.set(shared.users.get() - 1);
            p.managed = ManagedBuffer::new(v, inner.value());
            MemoryView::new(t, p)
        }
        None => {
            let m = format!(
                "memoryview: a bytes-like object is required, not '{}'",
                type_name(v)
            );
            Err(errors::type_error(t, m))
        }
    }
}

fn lend(
    t: &Thread,
    v: Value,
    e: &dyn Exporter,
    managed: Gc<ManagedBuffer>,
    x: &Export,
) -> R<Gc<MemoryView>> {
    e.lent(t, v, managed)?;
    let items = x.memory.len().checked_div(x.itemsize).unwrap_or(0);
    let p = Parts {
        managed,
        format: intern(x.format),
        keeper: e.keeper(v),
        first: x.memory.start(),
        itemsize: x.itemsize,
        readonly: x.readonly,
        dims: Dims::line(items, x.itemsize),
    };
    MemoryView::new(t, p)
}

/// `m.release()`.
pub fn release(t: &Thread, m: Gc<MemoryView>) -> R<()> {
    let Some(managed) = m.managed.opt() else {
        return Ok(());
    };
    let n = m.exports.get();
    if n > 0 {
        let s = if n == 1 { "" } else { "s" };
        return Err(errors::raise(
            t,
            Exc::BufferError,
            format!("memoryview has {n} exported buffer{s}"),
        ));
    }
    m.managed.clear();
    m.keeper.clear();
    managed.users.set(managed.users.get() - 1);
    if managed.users.get() == 0
        && let Some(inner) = managed.view.get().opt()
    {
        return buffer::release_python(t, managed.owner.get(), Gc::from_value(inner));
    }
    Ok(())
}

/// Views lend what they view.
pub struct ViewExporter;

impl Exporter for ViewExporter {
    fn export(&self, t: &Thread, object: Value) -> R<Export> {
        let m: Gc<MemoryView> = Gc::from_value(object);
        check(t, m)?;
        m.exports.set(m.exports.get() + 1);
        Ok(Export {
            memory: m.memory(),
            readonly: m.readonly(),
            format: "B",
            itemsize: 1,
        })
    }
    fn release(&self, object: Value) {
        let m: Gc<MemoryView> = Gc::from_value(object);
        m.exports.set(m.exports.get() - 1);
    }
    fn lent(&self, _: &Thread, _: Value, _: Gc<ManagedBuffer>) -> R<()> {
        Ok(())
    }
}
