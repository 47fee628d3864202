//! The collector's state. One heap per process; only the holder of the
//! interpreter lock reaches it (I5).

use crate::blocks::{Blocks, Hole};
use crate::gil::GilCell;
use crate::large::Large;
use crate::mark::Marker;
use crate::region::{self, Region};
use crate::remember::Remembered;
use crate::roots::Roots;
use crate::stats::Stats;
use crate::value::Value;
use crate::weak::Weak;
use crate::{alloc, finalize::Finalizers};

/// What can be configured before the first allocation.
#[derive(Clone, Debug)]
pub struct Options {
    /// Bytes allocated between two minor collections (`PYJIT_NURSERY`).
    pub nursery: usize,
    /// Bytes of address space for the heap.
    pub reserve: usize,
    /// Live bytes beyond which memory errors are raised (`PYJIT_HEAP_LIMIT`);
    /// 0: physical memory, or the address-space limit if that is lower.
    pub limit: usize,
    /// No major collection starts below this many live bytes.
    pub first_major: usize,
    /// A major collection starts when the heap has grown by this many percent.
    pub growth: usize,
    /// Collect at every n-th allocation and verify; 0: off (`PYJIT_GC_STRESS`).
    pub stress: usize,
}

impl Default for Options {
    fn default() -> Self {
        let bytes = |name| std::env::var(name).ok().and_then(|s| parse_bytes(&s));
        Options {
            nursery: bytes("PYJIT_NURSERY").unwrap_or(4 << 20).max(64 << 10),
            reserve: (64 << 30).max(region::physical_memory().saturating_mul(2).min(1 << 42)),
            limit: bytes("PYJIT_HEAP_LIMIT").unwrap_or(0),
            first_major: 8 << 20,
            growth: 80,
            stress: bytes("PYJIT_GC_STRESS").unwrap_or(0),
        }
    }
}

/// A byte count with an optional suffix `K`, `M` or `G`.
fn parse_bytes(s: &str) -> Option<usize> {
    let (digits, shift) = match s.as_bytes().last()? {
        b'k' | b'K' => (&s[..s.len() - 1], 10),
        b'm' | b'M' => (&s[..s.len() - 1], 20),
        b'g' | b'G' => (&s[..s.len() - 1], 30),
        _ => (s, 0),
    };
    digits.parse::<usize>().ok()?.checked_mul(1 << shift)
}

pub(crate) struct Heap {
    pub opts: Options,
    pub region: Region,
    pub blocks: Blocks,
    pub large: Large,
    pub marker: Marker,
    pub roots: Roots,
    pub remembered: Remembered,
    pub weak: Weak,
    pub finalizers: Finalizers,
    pub stats: Stats,
    /// Bytes handed out since the last collection.
    pub young: usize,
    /// Bytes outside the heap that were reported since the last collection.
    pub external: usize,
    /// Live bytes at which the next major collection starts.
    pub major_at: usize,
    /// Is automatic major collection on (`gc.enable()`)?
    pub enabled: bool,
    /// Allocations until the next forced collection (stress mode).
    pub countdown: usize,
    /// Collections until the next verification (stress mode).
    pub verify_in: usize,
    /// Resolved [`Options::limit`]; 0 until it is needed.
    pub limit: usize,
    /// Cyclic garbage is being counted: of these objects.
    pub census: Option<fn(Value) -> bool>,
    /// Cyclic garbage that was kept alive, if that is wanted. Nothing allocates
    /// between the collection and its being taken out.
    pub saved: Option<Vec<Value>>,
    /// How many there were.
    pub cyclic: usize,
}

static HEAP: GilCell<*mut Heap> = GilCell::new(std::ptr::null_mut());

/// The heap; created with default options on first use.
#[inline(always)]
pub(crate) fn heap() -> &'static mut Heap {
    let p = *HEAP.get();
    if p.is_null() {
        return create(Options::default());
    }
    // SAFETY: I5, and nothing inside the collector calls out, so that no two
    // borrows are used at a time.
    unsafe { &mut *p }
}

/// Sets the heap up. No effect when something has been allocated before.
pub fn init(opts: Options) {
    if HEAP.get().is_null() {
        create(opts);
    }
}

#[cold]
fn create(opts: Options) -> &'static mut Heap {
    let Some(region) = Region::new(opts.reserve) else {
        alloc::out_of_memory("no address space for the heap");
    };
    let heap = Box::leak(Box::new(Heap {
        region,
        blocks: Blocks::new(),
        large: Large::new(&region),
        marker: Marker::new(),
        roots: Roots::new(),
        remembered: Remembered::default(),
        weak: Weak::default(),
        finalizers: Finalizers::default(),
        stats: Stats::default(),
        young: 0,
        external: 0,
        major_at: opts.first_major,
        enabled: true,
        countdown: opts.stress,
        verify_in: 0,
        limit: opts.limit,
        census: None,
        saved: None,
        cyclic: 0,
        opts,
    }));
    heap.blocks.poison = heap.opts.stress != 0;
    HEAP.with_mut(|p| *p = heap);
    heap
}

impl Heap {
    /// Bytes that live objects occupy, as of the last collection, counted in lines.
    pub fn live_bytes(&self) -> usize {
        self.blocks.used_lines * region::LINE + self.large.bytes
    }

    /// Bytes beyond which memory errors are raised.
    pub fn limit(&mut self) -> usize {
        if self.limit == 0 {
            let mut limit = region::physical_memory();
            if let Some(l) = region::address_space_limit() {
                limit = limit.min(l);
            }
            self.limit = limit.min(self.region.end - self.region.base);
        }
        self.limit
    }

    /// Takes the allocation window back from the mutator.
    pub fn close_window(&mut self) {
        let w = alloc::WINDOW.get();
        if w.limit.get() != 0 {
            self.blocks.hole.cursor = w.cursor.get();
            self.blocks.hole.limit = w.limit.get();
            w.cursor.set(0);
            w.limit.set(0);
        }
    }

    /// Lets the mutator bump in the current hole; never in stress mode.
    pub fn open_window(&mut self) {
        if self.opts.stress == 0 {
            let w = alloc::WINDOW.get();
            let Hole { cursor, limit, .. } = self.blocks.hole;
            w.cursor.set(cursor);
            w.limit.set(limit);
        }
    }
}
