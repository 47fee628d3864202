//! The reserved address range of the heap and its side tables.
//!
//! One range holds everything: 32 KB blocks grow from its low end, large
//! objects from its high end. The side tables have a fixed ratio to it, so an
//! entry's address is computed, not looked up. Nothing is committed before it
//! is touched.

use std::ptr;

/// Log2 of the block size.
pub const LOG_BLOCK: usize = 15;
/// Bytes of a block: the unit in which small objects get memory.
pub const BLOCK: usize = 1 << LOG_BLOCK;
/// Log2 of the line size.
pub const LOG_LINE: usize = 7;
/// Bytes of a line: the unit in which a block's memory is reused.
pub const LINE: usize = 1 << LOG_LINE;
/// Lines of a block.
pub const LINES: usize = BLOCK / LINE;
/// Alignment of objects.
pub const GRANULE: usize = 16;
/// 64-bit words of one block's start bitmap.
pub const BITMAP: usize = BLOCK / GRANULE / 64;
/// Log2 of the card size.
pub const LOG_CARD: usize = 9;
/// Bytes of a card: the unit in which stores to large arrays are remembered.
pub const CARD: usize = 1 << LOG_CARD;
/// Log2 of the large-object page size.
pub const LOG_PAGE: usize = 12;
/// Bytes of a page: the unit of the large-object space.
pub const PAGE: usize = 1 << LOG_PAGE;

/// Bytes of a huge page. The low end of the heap is one where the system can: what every
/// start allocates there would cost hundreds of page faults.
const HUGE: usize = 2 << 20;

/// The smallest heap that is tried when the system refuses bigger ones.
const MIN_RESERVE: usize = 64 << 20;

/// Addresses of the heap range and its side tables.
#[derive(Clone, Copy)]
pub struct Region {
    /// First byte; block-aligned.
    pub base: usize,
    /// One past the last byte.
    pub end: usize,
    /// Start bits of marked objects, one per granule. Holds all old objects.
    pub bits: *mut u64,
    /// One byte per line: does a marked object touch it?
    pub lines: *mut u8,
    /// The same two tables as the running major collection fills them.
    pub next_bits: *mut u64,
    pub next_lines: *mut u8,
    /// Scratch start bits that include young objects.
    pub starts: *mut u64,
    /// One byte per card; see `barrier`.
    pub cards: *mut u8,
    /// Per page: number of the large object on it, plus one.
    pub pages: *mut u32,
}

/// Reserves `bytes` of address space, or `None`.
pub fn reserve(bytes: usize) -> Option<usize> {
    // SAFETY: a fresh private mapping.
    let p = unsafe {
        libc::mmap(
            ptr::null_mut(),
            bytes,
            libc::PROT_READ | libc::PROT_WRITE,
            libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_NORESERVE,
            -1,
            0,
        )
    };
    (p != libc::MAP_FAILED).then_some(p as usize)
}

/// Bytes of address space the process may still get, as far as it is limited.
pub fn address_space_limit() -> Option<usize> {
    let mut limit = libc::rlimit {
        rlim_cur: 0,
        rlim_max: 0,
    };
    // SAFETY: plain out-parameter.
    let ok = unsafe { libc::getrlimit(libc::RLIMIT_AS, &mut limit) } == 0;
    (ok && limit.rlim_cur != libc::RLIM_INFINITY).then_some(limit.rlim_cur as usize)
}

/// Bytes of physical memory and swap.
pub fn physical_memory() -> usize {
    // SAFETY: plain out-parameter.
    unsafe {
        let mut info: libc::sysinfo = std::mem::zeroed();
        if libc::sysinfo(&mut info) != 0 {
            return usize::MAX;
        }
        (info.totalram as usize + info.totalswap as usize) * info.mem_unit as usize
    }
}

/// Gives the pages of `[from, to)` back to the system; they read as zeros then.
pub fn release(from: usize, to: usize) {
    // SAFETY: inside our own mapping, and nothing lives there.
    unsafe {
        libc::madvise(from as *mut _, to - from, libc::MADV_DONTNEED);
    }
}

const fn tables_size(heap: usize) -> usize {
    3 * (heap / 128) + 2 * (heap / LINE) + heap / CARD + heap / PAGE * 4
}

impl Region {
    /// Reserves a heap of up to `want` bytes, fewer if the system refuses.
    pub fn new(want: usize) -> Option<Region> {
        let mut size = want.next_power_of_two();
        if let Some(limit) = address_space_limit() {
            while size > MIN_RESERVE && size > limit / 2 {
                size /= 2;
            }
        }
        while size >= MIN_RESERVE {
            if let Some(region) = Region::reserve(size) {
                return Some(region);
            }
            size /= 2;
        }
        None
    }

    fn reserve(size: usize) -> Option<Region> {
        let raw = reserve(size + HUGE)?;
        let base = (raw + HUGE - 1) & !(HUGE - 1);
        // SAFETY: our own mapping.
        unsafe { libc::madvise(base as *mut _, HUGE, libc::MADV_HUGEPAGE) };
        let Some(mut at) = reserve(tables_size(size)) else {
            // SAFETY: our own mapping, unused.
            unsafe { libc::munmap(raw as *mut _, size + HUGE) };
            return None;
        };
        // SAFETY: our own mapping. Sparse tables must not be backed by huge pages.
        unsafe { libc::madvise(at as *mut _, tables_size(size), libc::MADV_NOHUGEPAGE) };
        let mut take = |bytes: usize| {
            let p = at;
            at += bytes;
            p
        };
        Some(Region {
            base,
            end: base + size,
            bits: take(size / 128) as *mut u64,
            next_bits: take(size / 128) as *mut u64,
            starts: take(size / 128) as *mut u64,
            lines: take(size / LINE) as *mut u8,
            next_lines: take(size / LINE) as *mut u8,
            cards: take(size / CARD) as *mut u8,
            pages: take(size / PAGE * 4) as *mut u32,
        })
    }

    /// Number of the block that holds address `a`.
    #[inline(always)]
    pub fn block_of(&self, a: usize) -> usize {
        (a - self.base) >> LOG_BLOCK
    }
    /// Address of block `b`.
    #[inline(always)]
    pub fn block_at(&self, b: usize) -> usize {
        self.base + (b << LOG_BLOCK)
    }
    /// Is `a` an address of the heap?
    #[inline(always)]
    pub fn contains(&self, a: usize) -> bool {
        a.wrapping_sub(self.base) < self.end - self.base
    }
    /// The card byte of address `a`.
    #[inline(always)]
    pub fn card(&self, a: usize) -> *mut u8 {
        // SAFETY: `a` is an address of the heap.
        unsafe { self.cards.add((a - self.base) >> LOG_CARD) }
    }
    /// The line bytes of block `b`.
    #[inline(always)]
    pub fn block_lines(&self, b: usize) -> *mut u8 {
        // SAFETY: in range.
        unsafe { self.lines.add(b * LINES) }
    }
    /// Is the start bit of the object at `a` set in `table`?
    #[inline(always)]
    pub fn has_bit(&self, table: *const u64, a: usize) -> bool {
        let g = (a - self.base) >> 4;
        // SAFETY: `a` is an address of the heap.
        unsafe { *table.add(g >> 6) >> (g & 63) & 1 != 0 }
    }
    /// Sets the start bit of the object at `a` in `table`.
    #[inline(always)]
    pub fn set_bit(&self, table: *mut u64, a: usize) {
        let g = (a - self.base) >> 4;
        // SAFETY: `a` is an address of the heap.
        unsafe { *table.add(g >> 6) |= 1 << (g & 63) }
    }
}
