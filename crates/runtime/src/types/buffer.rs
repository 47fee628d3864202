//! The buffer protocol: how native code gets at the bytes of any object that
//! has some, and how types lend them.

use std::cell::{Cell, RefCell};
use std::ops::Deref;

use pyjit_heap::{Field, Gc, GilCell, Header, Memory, Value, alloc, heap_object, shape, weak};

use super::bytes::{ByteArray, Bytes};
use super::list::List;
use super::memoryview::{self, MemoryView};
use super::type_::{class_of, type_name};
use crate::core::special::Special;
use crate::core::thread::{R, Raised, Thread};
use crate::core::{call, errors, kinds};
use crate::types::exceptions::Exc;

/// What an object lends: contiguous items of one format.
pub struct Export {
    pub memory: Memory,
    pub readonly: bool,
    /// Item format as in module `struct`, one character.
    pub format: &'static str,
    pub itemsize: usize,
}

/// How a native type lends its bytes.
pub trait Exporter: Sync {
    /// Lends the bytes of `object`, which must stay in place until `release`.
    fn export(&self, t: &Thread, object: Value) -> R<Export>;
    /// One borrower is done.
    fn release(&self, object: Value);
    /// A borrower that lives as an object: nobody tells when it dies, so the
    /// exporter remembers it weakly (see [`Views`]).
    fn lent(&self, t: &Thread, object: Value, borrower: Gc<ManagedBuffer>) -> R<()>;
    /// The heap object that holds the memory, if it is not the exporter itself.
    fn keeper(&self, object: Value) -> Value {
        object
    }
}

static EXPORTERS: GilCell<RefCell<Vec<(u32, &'static dyn Exporter)>>> =
    GilCell::new(RefCell::new(Vec::new()));

/// Announces that objects of native layout `kind` have a buffer.
pub fn register(kind: u32, exporter: &'static dyn Exporter) {
    EXPORTERS.get().borrow_mut().push((kind, exporter));
}

/// The exporter of `v`'s native layout.
pub fn exporter(v: Value) -> Option<&'static dyn Exporter> {
    if !v.is_ptr() {
        return None;
    }
    match shape::get(v.shape_id()).kind() {
        kinds::BYTES => Some(&BytesExporter),
        kinds::BYTEARRAY => Some(&ByteArrayExporter),
        kind => {
            let all = EXPORTERS.get().borrow();
            all.iter().find(|(k, _)| *k == kind).map(|(_, e)| *e)
        }
    }
}

struct BytesExporter;

impl Exporter for BytesExporter {
    fn export(&self, _: &Thread, object: Value) -> R<Export> {
        let b: Gc<Bytes> = Gc::from_value(object);
        Ok(Export {
            memory: Memory::of(b.bytes()),
            readonly: true,
            format: "B",
            itemsize: 1,
        })
    }
    fn release(&self, _: Value) {}
    fn lent(&self, _: &Thread, _: Value, _: Gc<ManagedBuffer>) -> R<()> {
        Ok(())
    }
}

struct ByteArrayExporter;

impl Exporter for ByteArrayExporter {
    fn export(&self, _: &Thread, object: Value) -> R<Export> {
        let b: Gc<ByteArray> = Gc::from_value(object);
        b.exports.set(b.exports.get() + 1);
        Ok(Export {
            memory: Memory::of(b.bytes()),
            readonly: false,
            format: "B",
            itemsize: 1,
        })
    }
    fn release(&self, object: Value) {
        let b: Gc<ByteArray> = Gc::from_value(object);
        b.exports.set(b.exports.get() - 1);
    }
    fn lent(&self, t: &Thread, object: Value, borrower: Gc<ManagedBuffer>) -> R<()> {
        let b: Gc<ByteArray> = Gc::from_value(object);
        Views(&b.views).add(t, object, borrower)
    }
    fn keeper(&self, object: Value) -> Value {
        Gc::<ByteArray>::from_value(object).buffer.value()
    }
}

/// What memory views share that were made from one another: the lent buffer.
#[repr(C)]
pub struct ManagedBuffer {
    header: Header,
    /// The exporter object.
    pub owner: Field,
    /// What its `__buffer__` method gave, if that is how it lends.
    pub view: Field,
    /// Views that are not released.
    pub users: Cell<usize>,
}
heap_object!(ManagedBuffer = kinds::MANAGED_BUFFER, refs 1..3);

impl ManagedBuffer {
    /// One view, nothing lent yet.
    pub fn new(owner: Value, view: Value) -> Gc<ManagedBuffer> {
        Gc::new(ManagedBuffer {
            header: Header::NEW,
            owner: Field::new(owner),
            view: Field::new(view),
            users: Cell::new(1),
        })
    }
}

/// A reference that does not keep its target alive.
#[repr(C)]
pub struct WeakCell {
    header: Header,
    target: Cell<Value>,
}
heap_object!(WeakCell = kinds::WEAK_CELL, no refs);

/// The memory views over an object that must not move its bytes meanwhile: a
/// field with a list of weak references.
pub struct Views<'a>(pub &'a Field);

impl Views<'_> {
    /// Remembers a borrower.
    pub fn add(&self, t: &Thread, owner: Value, borrower: Gc<ManagedBuffer>) -> R<()> {
        let cell = Gc::new(WeakCell {
            header: Header::NEW,
            target: Cell::new(borrower.value()),
        });
        weak::register(cell.value(), 1);
        let list = match self.0.get().opt() {
            Some(l) => Gc::<List>::from_value(l),
            None => {
                let l = List::new();
                barrier_set(self.0, owner, l.value());
                l
            }
        };
        self.prune();
        list.push(t, cell.value())
    }
    /// Forgets those that are dead or released; is any left?
    /// (Not in line: what it looks at must not stay in registers, which the collector reads.)
    #[inline(never)]
    fn prune(&self) -> bool {
        let Some(list) = self.0.get().opt().map(Gc::<List>::from_value) else {
            return false;
        };
        let mut i = 0;
        while i < list.len() {
            let target = Gc::<WeakCell>::from_value(list.get(i)).target.get();
            let in_use = target
                .opt()
                .is_some_and(|b| Gc::<ManagedBuffer>::from_value(b).users.get() > 0);
            if in_use {
                i += 1;
            } else {
                list.remove(i);
            }
        }
        list.len() > 0
    }
    /// Is the object's memory lent to a view? Views that a script has dropped
    /// without releasing them are looked for first.
    pub fn any(&self, t: &Thread) -> bool {
        if self.0.get().is_null() || !self.prune() {
            return false;
        }
        if let Some(host) = t.try_host() {
            host.forget_dead_registers(t);
        }
        wipe_stack();
        alloc::collect(alloc::Kind::Minor);
        if !self.prune() {
            return false;
        }
        let lent = self.lent();
        wipe_stack();
        alloc::collect_dropped(t.entered_at.get(), &|v| is_only_remembered(&lent, v));
        self.prune()
    }
    /// The addresses of the borrowers: no references.
    #[inline(never)]
    fn lent(&self) -> Vec<usize> {
        let list = self.0.get().opt().map(Gc::<List>::from_value);
        let cells = list.iter().flat_map(|l| l.items().iter());
        cells
            .map(|c| Gc::<WeakCell>::from_value(*c).target.get().0 as usize)
            .collect()
    }
}

/// Is this one of the borrowers, or a view of one that no native function works with?
/// Those that do hold an export of the view.
fn is_only_remembered(lent: &[usize], v: Value) -> bool {
    match v.shape_id() {
        kinds::MANAGED_BUFFER => lent.contains(&(v.0 as usize)),
        kinds::MEMORYVIEW => {
            let view: Gc<MemoryView> = Gc::from_value(v);
            let lender = view.managed.value();
            view.exports.get() == 0 && lent.contains(&(lender.0 as usize))
        }
        _ => false,
    }
}

/// Overwrites the native stack below the caller's frame: what earlier calls
/// have left there would lie in the unused words of the collector's own
/// frames, and keep views alive that nobody has any more.
#[inline(never)]
fn wipe_stack() {
    let mut words = [0usize; 4096];
    std::hint::black_box(&mut words);
}

fn barrier_set(f: &Field, owner: Value, v: Value) {
    f.set(Gc::<WeakCell>::from_value(owner), v);
}

enum Release {
    Nothing,
    Exporter(&'static dyn Exporter),
    /// The object's own `__buffer__` gave this view.
    View(Gc<MemoryView>),
}

/// The contiguous bytes of an object, borrowed until dropped.
pub struct Buffer<'t> {
    t: &'t Thread,
    owner: Value,
    memory: Memory,
    pub readonly: bool,
    release: Release,
}

impl Deref for Buffer<'_> {
    type Target = [u8];

    #[inline]
    fn deref(&self) -> &[u8] {
        self.memory.bytes()
    }
}

impl Buffer<'_> {
    /// The bytes, to be written; see [`writable`].
    #[allow(clippy::mut_from_ref)]
    pub fn bytes_mut(&self) -> &mut [u8] {
        self.memory.bytes_mut()
    }
}

impl Drop for Buffer<'_> {
    fn drop(&mut self) {
        match &self.release {
            Release::Nothing => {}
            Release::Exporter(e) => e.release(self.owner),
            Release::View(v) => {
                // An exception that is pending stays so.
                let pending = self.t.exc.replace(Value::NULL);
                let _ = release_python(self.t, self.owner, *v);
                self.t.exc.set(pending);
            }
        }
    }
}

/// Ends what a Python-level `__buffer__` lent.
pub fn release_python(t: &Thread, owner: Value, view: Gc<MemoryView>) -> R<()> {
    if let Some(r) = call::call_special(t, owner, Special::ReleaseBuffer, &[view.value()]) {
        r?;
    }
    memoryview::release(t, view)
}

/// Flags of `inspect.BufferFlags`.
pub mod request {
    pub const WRITABLE: i64 = 1;
    pub const FULL_RO: i64 = 0x11c;
    pub const FULL: i64 = 0x11d;
}

/// The view that a Python-level `__buffer__` gives, if there is one.
pub fn call_buffer_method(t: &Thread, v: Value, flags: i64) -> R<Option<Gc<MemoryView>>> {
    let Some(r) = call::call_special(t, v, Special::Buffer, &[Value::int(flags)]) else {
        return Ok(None);
    };
    let view = r?;
    view.cast::<MemoryView>()
        .map(Some)
        .ok_or_else(|| errors::type_error(t, "__buffer__ returned non-memoryview object"))
}

/// Borrows the bytes of `v`, `None` if it has no buffer.
pub fn acquire<'t>(t: &'t Thread, v: Value) -> R<Option<Buffer<'t>>> {
    let b = |memory, readonly, release| Buffer {
        t,
        owner: v,
        memory,
        readonly,
        release,
    };
    if let Some(x) = v.cast::<Bytes>() {
        return Ok(Some(b(Memory::of(x.bytes()), true, Release::Nothing)));
    }
    if let Some(e) = exporter(v) {
        let x = e.export(t, v)?;
        return Ok(Some(b(x.memory, x.readonly, Release::Exporter(e))));
    }
    if let Some(m) = v.cast::<MemoryView>() {
        return of_view(t, m, b).map(Some);
    }
    match call_buffer_method(t, v, request::FULL_RO)? {
        Some(m) => {
            let mut x = of_view(t, m, b)?;
            x.release = Release::View(m);
            Ok(Some(x))
        }
        None => Ok(None),
    }
}

fn of_view<'t>(
    t: &'t Thread,
    m: Gc<MemoryView>,
    b: impl Fn(Memory, bool, Release) -> Buffer<'t>,
) -> R<Buffer<'t>> {
    memoryview::check(t, m)?;
    match m.contiguous_memory() {
        Some(memory) => {
            let mut x = b(
                memory,
                m.readonly(),
                Release::Exporter(&memoryview::ViewExporter),
            );
            m.exports.set(m.exports.get() + 1);
            x.owner = m.value();
            Ok(x)
        }
        None => {
            let m = "memoryview: underlying buffer is not C-contiguous";
            Err(errors::raise(t, Exc::BufferError, m))
        }
    }
}

/// A copy of the bytes of `v`, contiguous or not; `None` if it has no buffer.
pub fn copy(t: &Thread, v: Value) -> R<Option<Vec<u8>>> {
    if let Some(m) = v.cast::<MemoryView>() {
        memoryview::check(t, m)?;
        return Ok(Some(m.to_vec(memoryview::Order::C)));
    }
    Ok(acquire(t, v)?.map(|b| b.to_vec()))
}

/// Borrows the bytes of `v`; `TypeError` if it has none.
pub fn bytes<'t>(t: &'t Thread, v: Value) -> R<Buffer<'t>> {
    acquire(t, v)?.ok_or_else(|| not_bytes_like(t, v))
}

/// Borrows the bytes of `v` to write them; `None` when `v` has no writable,
/// contiguous buffer.
pub fn writable<'t>(t: &'t Thread, v: Value) -> R<Option<Buffer<'t>>> {
    Ok(acquire(t, v)?.filter(|b| !b.readonly))
}

/// `a bytes-like object is required, ...`
#[cold]
pub fn not_bytes_like(t: &Thread, v: Value) -> Raised {
    errors::type_error(
        t,
        format!("a bytes-like object is required, not '{}'", type_name(v)),
    )
}

/// Has `v` a buffer?
pub fn has(v: Value) -> bool {
    exporter(v).is_some()
        || v.cast::<MemoryView>().is_some()
        || class_of(v).special(Special::Buffer).is_some()
}

/// `BufferError` because the bytes of an object are lent.
#[cold]
pub fn lent_error(t: &Thread) -> Raised {
    errors::raise(
        t,
        Exc::BufferError,
        "Existing exports of data: object cannot be re-sized",
    )
}
