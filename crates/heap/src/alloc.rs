//! Allocation: bump the cursor; when the hole is used up, the slow path,
//! which may collect.
//!
//! # Native code
//! Inlines the fast path on [`WINDOW`] (`cursor` at byte 0, `limit` at byte 8):
//! `p = cursor; n = p + size; if n > limit → slow; cursor = n; [p] = header`,
//! with `size` a multiple of 16, and must write all words of the object,
//! padding included, before the next call that may allocate. Objects that are
//! allocated together may share one bump if each has its header.
//! The barrier: `if (i8)[o + 7] < 0 → barrier_slow(o)` before or after the
//! store; not needed when the value is no pointer, when the owner was
//! allocated after the last call that may allocate, or was logged since then.

use std::cell::Cell;

use crate::gil::GilCell;
use crate::heap::{Heap, heap};
use crate::large::LARGE_OBJECT;
use crate::object::Header;

pub use crate::collect::{
    Kind, Pending, collect, collect_dropped, set_enabled, set_gc_stress, set_notify, take_pending,
};
pub use crate::heap::{Options, init};
pub use crate::remember::{barrier_range, barrier_slot, barrier_slow};
pub use crate::roots::{add_root_range, make_immortal, remove_root_range};
pub use crate::stats::{Stats, stats};

/// The bump-allocation window, at a fixed address so that native code can use it.
#[repr(C)]
pub struct Window {
    /// Next free byte.
    pub cursor: Cell<usize>,
    /// End of the current hole; 0 when the window is closed.
    pub limit: Cell<usize>,
}

/// The window of the thread that holds the interpreter lock.
pub static WINDOW: GilCell<Window> = GilCell::new(Window {
    cursor: Cell::new(0),
    limit: Cell::new(0),
});

/// More bytes than any object can have.
const TOO_BIG: usize = 1 << 46;

/// Allocates `bytes` bytes and writes the header word. Aborts the process
/// with a message when memory is exhausted; see [`try_allocate`].
#[inline(always)]
pub fn allocate(header: u64, bytes: usize) -> *mut u8 {
    let size = (bytes + 15) & !15;
    let w = WINDOW.get();
    let at = w.cursor.get();
    let end = at.wrapping_add(size);
    if end > w.limit.get() || end < at {
        return allocate_slow(header, size);
    }
    w.cursor.set(end);
    // SAFETY: inside the window, which is ours alone (I5). The last word may
    // be padding, which must be a valid word too (I4).
    unsafe {
        *((end - 8) as *mut u64) = 0;
        *(at as *mut u64) = header;
    }
    at as *mut u8
}

/// As [`allocate`], but `None` when there is not that much memory.
#[inline]
pub fn try_allocate(header: u64, bytes: usize) -> Option<*mut u8> {
    if bytes <= LARGE_OBJECT {
        return Some(allocate(header, bytes));
    }
    allocate_large(header, bytes).map(|(p, _)| p)
}

/// As [`try_allocate`], with all words but the header zero.
#[inline]
pub fn try_allocate_zeroed(header: u64, bytes: usize) -> Option<*mut u8> {
    let (p, zero) = if bytes <= LARGE_OBJECT {
        (allocate(header, bytes), false)
    } else {
        allocate_large(header, bytes)?
    };
    if !zero {
        // SAFETY: fresh memory of that size.
        unsafe { std::ptr::write_bytes(p.add(8), 0, ((bytes + 15) & !15) - 8) };
    }
    Some(p)
}

/// Makes the large object `v` `bytes` bytes long, in place: the new part is
/// zero, the header is adapted. False when there is no room behind it.
pub fn try_extend(v: crate::Value, bytes: usize) -> bool {
    let h = heap();
    let o = crate::mark::Obj::of(v);
    let (size, old) = ((bytes + 15) & !15, h.size(o));
    if o.0 < h.large.low || bytes > TOO_BIG || size < old {
        return false;
    }
    if !h.has_room(size - old) || !h.large.extend(&h.region, o.0, size) {
        return false;
    }
    h.young += size - old;
    let header = o.header();
    let granules = Header::word(0, size);
    header.set_bits(header.bits() & !(crate::object::LARGE << 32) | granules);
    true
}

/// Tells the collector of memory outside the heap that a new object holds, so
/// that it collects in time.
pub fn note_external(bytes: usize) {
    heap().external += bytes;
}

#[cold]
#[inline(never)]
fn allocate_slow(header: u64, size: usize) -> *mut u8 {
    let h = heap();
    let at = if size > LARGE_OBJECT {
        h.allocate_large(size).map(|(at, _)| at)
    } else {
        h.allocate_small(size)
    };
    let Some(at) = at else {
        out_of_memory("the heap is full");
    };
    // SAFETY: fresh memory of that size.
    unsafe {
        *((at + size - 8) as *mut u64) = 0;
        *(at as *mut u64) = header;
    }
    at as *mut u8
}

#[cold]
#[inline(never)]
fn allocate_large(header: u64, bytes: usize) -> Option<(*mut u8, bool)> {
    if bytes > TOO_BIG {
        return None;
    }
    let size = (bytes + 15) & !15;
    let h = heap();
    if !h.has_room(size) {
        return None;
    }
    let (at, zero) = h.allocate_large(size)?;
    // SAFETY: fresh memory of that size.
    unsafe {
        *((at + size - 8) as *mut u64) = 0;
        *(at as *mut u64) = header;
    }
    Some((at as *mut u8, zero))
}

/// Ends the process: there is no memory to raise a `MemoryError` with.
#[cold]
pub(crate) fn out_of_memory(why: &str) -> ! {
    eprintln!("Fatal error: out of memory: {why}");
    std::process::abort();
}

/// Bytes of the object at `v`, as in `sys.getsizeof`.
pub fn size_of(v: crate::Value) -> usize {
    heap().size(crate::mark::Obj::of(v))
}

/// Words of stack that stress mode scans at every period.
const SHALLOW: usize = 4 << 10;

impl Heap {
    /// Memory for an object of at most [`LARGE_OBJECT`] bytes.
    fn allocate_small(&mut self, size: usize) -> Option<usize> {
        self.close_window();
        self.collect_if_due();
        let at = match self.bump_small(size) {
            Some(at) => Some(at),
            None => {
                self.collect_here(Kind::Full);
                self.bump_small(size)
            }
        };
        self.open_window();
        at
    }

    fn bump_small(&mut self, size: usize) -> Option<usize> {
        self.blocks
            .small(&self.region, self.large.low, size, &mut self.young)
    }

    /// Memory for a bigger object, and whether it is zeroed.
    fn allocate_large(&mut self, size: usize) -> Option<(usize, bool)> {
        self.close_window();
        self.young += size;
        self.collect_if_due();
        let floor = self.blocks.top(&self.region);
        let mut at = self.large.allocate(&self.region, size, floor);
        if at.is_none() {
            self.collect_here(Kind::Full);
            self.large.release(0);
            let floor = self.blocks.top(&self.region);
            at = self.large.allocate(&self.region, size, floor);
        }
        self.open_window();
        at
    }

    /// Would an object of `size` bytes keep the heap within its limit?
    /// Collects before it says no.
    fn has_room(&mut self, size: usize) -> bool {
        let limit = self.limit();
        if size > limit {
            return false;
        }
        if self.live_bytes() + self.young + size <= limit {
            return true;
        }
        self.close_window();
        self.collect_here(Kind::Full);
        self.open_window();
        self.live_bytes() + size <= limit
    }

    /// Runs the collection that is due, if any. The window is closed.
    fn collect_if_due(&mut self) {
        let mut due = self.young + self.external >= self.opts.nursery;
        if self.opts.stress != 0 {
            self.countdown -= 1;
            if self.countdown == 0 {
                // Deep stacks take long to scan: they are scanned less often.
                self.countdown = self.opts.stress * (1 + self.roots.scanned / SHALLOW);
                due = true;
            }
        }
        if due {
            self.collect_here(Kind::Minor);
        }
    }
}

const _: () =
    assert!(std::mem::size_of::<Header>() == 8 && std::mem::offset_of!(Window, limit) == 8);
