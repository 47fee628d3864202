//! Code memory: one reservation, cut into 64-byte aligned blocks.
//!
//! What it is: the place machine code lives in. The reservation is mapped twice
//! (one view writable, one executable: W^X without system calls per trace), near
//! the executable's text when the kernel allows, so that calls into Rust helpers
//! are `call rel32`. Blocks are taken best-fit and coalesce when freed.
//! What it is not: it does not know what the code is, nor whether anybody is
//! still executing it; [`super::artifact`] decides when a block may go.
//!
//! Invariants
//! * S1: `write` and `exec` are both valid for `len` bytes for the slab's whole life,
//!   and byte `i` of one is byte `i` of the other.
//! * S2: a block handed out is disjoint from every other live block and inside `len`.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::ptr;
use std::sync::{Arc, Mutex, MutexGuard, Once, PoisonError, Weak};

/// Every block starts on a cache line.
pub const BLOCK_ALIGN: usize = 64;
const PAGE: usize = 4096;

/// A piece of code memory; `offset` is the same in both views.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Block {
    offset: usize,
    len: usize,
}

/// What the slab holds at the moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SlabStats {
    /// Bytes in live blocks.
    pub used: usize,
    /// Highest byte ever handed out: what is resident at most.
    pub touched: usize,
    /// Number of live blocks.
    pub blocks: usize,
    /// Most that may be handed out.
    pub limit: usize,
}

/// How the reservation could be mapped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mapping {
    /// Two views of one memory file: one writable, one executable.
    Dual,
    /// One private view that is writable and executable (memory files refused).
    Single,
}

/// The reservation and its free list.
pub struct Slab {
    write: *mut u8,
    exec: *mut u8,
    len: usize,
    mapping: Mapping,
    fd: libc::c_int,
    fork_fd: libc::c_int,
    free: FreeList,
    stats: SlabStats,
}

// SAFETY: the raw pointers name process-wide mappings that the slab owns (S1); no thread affinity.
unsafe impl Send for Slab {}

/// A slab shared by the compiler and by the artifacts that give blocks back.
#[derive(Clone)]
pub struct CodeMemory(Arc<Mutex<Slab>>);

impl CodeMemory {
    /// Reserve `limit` bytes, near `text` (an address in the executable) if possible.
    pub fn reserve(limit: usize, text: usize) -> io::Result<CodeMemory> {
        let slab = Slab::reserve(limit, text)?;
        let memory = CodeMemory(Arc::new(Mutex::new(slab)));
        fork::register(&memory.0);
        Ok(memory)
    }

    fn lock(&self) -> MutexGuard<'_, Slab> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Take a block of at least `size` bytes; an error when the limit is reached.
    pub fn alloc(&self, size: usize) -> io::Result<Block> {
        self.lock().alloc(size)
    }

    /// Give a block back. Nobody may be executing it.
    pub fn free(&self, block: Block) {
        self.lock().release(block);
    }

    /// The writable address of a block.
    pub fn write_ptr(&self, block: Block) -> *mut u8 {
        self.lock().write.wrapping_add(block.offset)
    }

    /// The executable address of a block.
    pub fn exec_ptr(&self, block: Block) -> *const u8 {
        self.lock().exec.wrapping_add(block.offset)
    }

    /// `write address - exec address`, what a relative relocation has to be corrected by.
    pub fn view_delta(&self) -> isize {
        let slab = self.lock();
        (slab.write as isize).wrapping_sub(slab.exec as isize)
    }

    /// Addresses at which code may be executed, and one more.
    pub fn exec_range(&self) -> std::ops::RangeInclusive<u64> {
        let slab = self.lock();
        slab.exec as u64..=slab.exec as u64 + slab.len as u64
    }

    /// Whether every place in the slab reaches `target` with a signed 32-bit displacement.
    pub fn is_near(&self, target: usize) -> bool {
        let slab = self.lock();
        let (lo, hi) = (slab.exec as usize, slab.exec as usize + slab.len);
        let far = (target.abs_diff(lo)).max(target.abs_diff(hi));
        far < (1 << 31) - PAGE
    }

    /// Figures for reports.
    pub fn stats(&self) -> SlabStats {
        self.lock().stats
    }

    /// How the memory is mapped.
    pub fn mapping(&self) -> Mapping {
        self.lock().mapping
    }
}

impl Slab {
    fn reserve(limit: usize, text: usize) -> io::Result<Slab> {
        let len = limit.max(PAGE).next_multiple_of(PAGE);
        let (write, exec, mapping, fd) = match map_dual(len, text) {
            Ok((write, exec, fd)) => (write, exec, Mapping::Dual, fd),
            Err(_) => {
                let both = map_near(
                    len,
                    text,
                    libc::PROT_READ | libc::PROT_WRITE | libc::PROT_EXEC,
                    -1,
                )?;
                (both, both, Mapping::Single, -1)
            }
        };
        let stats = SlabStats {
            limit: len,
            ..SlabStats::default()
        };
        Ok(Slab {
            write,
            exec,
            len,
            mapping,
            fd,
            fork_fd: -1,
            free: FreeList::new(len),
            stats,
        })
    }

    fn alloc(&mut self, size: usize) -> io::Result<Block> {
        let len = size.max(1).next_multiple_of(BLOCK_ALIGN);
        let Some(offset) = self.free.take(len) else {
            return Err(io::Error::new(
                io::ErrorKind::OutOfMemory,
                "code memory limit reached",
            ));
        };
        self.stats.used += len;
        self.stats.blocks += 1;
        self.stats.touched = self.stats.touched.max(offset + len);
        Ok(Block { offset, len })
    }

    fn release(&mut self, block: Block) {
        if cfg!(debug_assertions) {
            // SAFETY: S1 and S2: the block is inside the writable view and its owner gives it up.
            unsafe { ptr::write_bytes(self.write.add(block.offset), 0xcc, block.len) };
        }
        self.free.give(block.offset, block.len);
        self.stats.used -= block.len;
        self.stats.blocks -= 1;
    }
}

impl Drop for Slab {
    fn drop(&mut self) {
        // SAFETY: S1: both views are ours; nobody holds a block any more, since blocks keep the slab alive.
        unsafe {
            libc::munmap(self.exec.cast(), self.len);
            if self.mapping == Mapping::Dual {
                libc::munmap(self.write.cast(), self.len);
                libc::close(self.fd);
            }
        }
    }
}

/// Free pieces by address (to coalesce) and by size (to fit).
struct FreeList {
    by_offset: BTreeMap<usize, usize>,
    by_size: BTreeSet<(usize, usize)>,
}

impl FreeList {
    fn new(len: usize) -> FreeList {
        let mut list = FreeList {
            by_offset: BTreeMap::new(),
            by_size: BTreeSet::new(),
        };
        list.insert(0, len);
        list
    }

    fn insert(&mut self, offset: usize, len: usize) {
        self.by_offset.insert(offset, len);
        self.by_size.insert((len, offset));
    }

    fn remove(&mut self, offset: usize, len: usize) {
        self.by_offset.remove(&offset);
        self.by_size.remove(&(len, offset));
    }

    /// The smallest piece that fits, lowest address first.
    fn take(&mut self, len: usize) -> Option<usize> {
        let &(have, offset) = self.by_size.range((len, 0)..).next()?;
        self.remove(offset, have);
        if have > len {
            self.insert(offset + len, have - len);
        }
        Some(offset)
    }

    fn give(&mut self, mut offset: usize, mut len: usize) {
        if let Some((&before, &size)) = self.by_offset.range(..offset).next_back()
            && before + size == offset
        {
            self.remove(before, size);
            offset = before;
            len += size;
        }
        if let Some(&size) = self.by_offset.get(&(offset + len)) {
            self.remove(offset + len, size);
            len += size;
        }
        self.insert(offset, len);
    }
}

fn map_dual(len: usize, text: usize) -> io::Result<(*mut u8, *mut u8, libc::c_int)> {
    let fd = memory_file(len)?;
    let close = |e| {
        // SAFETY: `fd` was just opened here and is not shared.
        unsafe { libc::close(fd) };
        e
    };
    let exec = map_near(len, text, libc::PROT_READ | libc::PROT_EXEC, fd).map_err(close)?;
    match map_at(0, len, libc::PROT_READ | libc::PROT_WRITE, fd, 0) {
        Ok(write) => Ok((write, exec, fd)),
        Err(e) => {
            // SAFETY: `exec` is the mapping made three lines above.
            unsafe { libc::munmap(exec.cast(), len) };
            Err(close(e))
        }
    }
}

fn memory_file(len: usize) -> io::Result<libc::c_int> {
    // SAFETY: plain system calls on a fresh descriptor.
    unsafe {
        let fd = libc::memfd_create(c"pyjit-code".as_ptr(), libc::MFD_CLOEXEC);
        if fd < 0 {
            return Err(io::Error::last_os_error());
        }
        if libc::ftruncate(fd, len as libc::off_t) != 0 {
            let e = io::Error::last_os_error();
            libc::close(fd);
            return Err(e);
        }
        Ok(fd)
    }
}

/// Map near `text`, trying places below and above it; anywhere if all are taken.
fn map_near(len: usize, text: usize, prot: i32, fd: i32) -> io::Result<*mut u8> {
    const STEP: usize = 32 << 20;
    let page = text & !(PAGE - 1);
    for k in 1..24usize {
        let below = page.checked_sub(len + k * STEP);
        let above = page.checked_add(k * STEP * 2);
        for hint in [below, above].into_iter().flatten() {
            if let Ok(p) = map_at(hint, len, prot, fd, libc::MAP_FIXED_NOREPLACE) {
                if p as usize == hint {
                    return Ok(p);
                }
                // SAFETY: an old kernel ignored the flag; the mapping is ours and unused.
                unsafe { libc::munmap(p.cast(), len) };
            }
        }
    }
    map_at(0, len, prot, fd, 0)
}

fn map_at(hint: usize, len: usize, prot: i32, fd: i32, extra: i32) -> io::Result<*mut u8> {
    let kind = if fd < 0 {
        libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_NORESERVE
    } else {
        libc::MAP_SHARED
    };
    // SAFETY: without MAP_FIXED no existing mapping is touched; the callers that pass
    // MAP_FIXED replace a view the slab owns.
    let p = unsafe { libc::mmap(hint as *mut libc::c_void, len, prot, kind | extra, fd, 0) };
    if p == libc::MAP_FAILED {
        Err(io::Error::last_os_error())
    } else {
        Ok(p.cast())
    }
}

/// A memory file is shared with forked children, whose compilers would then overwrite
/// each other's code. So each fork copies it: the parent fills a fresh file before the
/// fork, the child maps it over both views before it runs anything else.
mod fork {
    use super::*;

    static SLABS: Mutex<Vec<Weak<Mutex<Slab>>>> = Mutex::new(Vec::new());
    static HOOKS: Once = Once::new();

    pub(super) fn register(slab: &Arc<Mutex<Slab>>) {
        let mut slabs = SLABS.lock().unwrap_or_else(PoisonError::into_inner);
        slabs.retain(|s| s.strong_count() > 0);
        slabs.push(Arc::downgrade(slab));
        HOOKS.call_once(|| {
            // SAFETY: the three handlers are plain functions that live for ever.
            unsafe { libc::pthread_atfork(Some(prepare), Some(parent), Some(child)) };
        });
    }

    fn each(f: fn(&mut Slab)) {
        let slabs: Vec<_> = {
            let slabs = SLABS.lock().unwrap_or_else(PoisonError::into_inner);
            slabs.iter().filter_map(Weak::upgrade).collect()
        };
        for slab in slabs {
            let mut slab = slab.lock().unwrap_or_else(PoisonError::into_inner);
            if slab.mapping == Mapping::Dual {
                f(&mut slab);
            }
        }
    }

    unsafe extern "C" fn prepare() {
        each(|slab| {
            slab.fork_fd = memory_file(slab.len).unwrap_or(-1);
            let mut at = 0;
            while slab.fork_fd >= 0 && at < slab.stats.touched {
                // SAFETY: S1: `touched` bytes are readable in the writable view.
                let n = unsafe {
                    let from = slab.write.add(at).cast();
                    libc::pwrite(
                        slab.fork_fd,
                        from,
                        slab.stats.touched - at,
                        at as libc::off_t,
                    )
                };
                match usize::try_from(n) {
                    Ok(n) if n > 0 => at += n,
                    _ => drop_copy(slab),
                }
            }
        });
    }

    unsafe extern "C" fn parent() {
        each(drop_copy);
    }

    unsafe extern "C" fn child() {
        each(|slab| {
            let fd = slab.fork_fd;
            let views = [
                (slab.write, libc::PROT_READ | libc::PROT_WRITE),
                (slab.exec, libc::PROT_READ | libc::PROT_EXEC),
            ];
            for (view, prot) in views {
                let mapped =
                    fd >= 0 && map_at(view as usize, slab.len, prot, fd, libc::MAP_FIXED).is_ok();
                if !mapped {
                    // Without a copy the two processes would share code memory: never allocate again.
                    slab.free = FreeList {
                        by_offset: BTreeMap::new(),
                        by_size: BTreeSet::new(),
                    };
                }
            }
            if fd >= 0 {
                // SAFETY: the old file's descriptor is ours and its mappings have been replaced.
                unsafe { libc::close(slab.fd) };
                slab.fd = fd;
                slab.fork_fd = -1;
            }
        });
    }

    fn drop_copy(slab: &mut Slab) {
        if slab.fork_fd >= 0 {
            // SAFETY: the descriptor was opened by `prepare` and is not mapped.
            unsafe { libc::close(slab.fork_fd) };
            slab.fork_fd = -1;
        }
    }
}
