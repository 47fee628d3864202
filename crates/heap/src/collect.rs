//! The collection cycle: when to collect, and in what order things happen.
//!
//! Every pause begins with a minor collection. A major collection marks in
//! slices, one at each pause, while the mutator goes on in between; what the
//! mutator changes is seen again through the same barrier that minor
//! collections use, and roots are visited at each slice. The pause in which
//! nothing gray is left ends it: weak references and finalizers are decided,
//! the tables swapped, and all blocks classified.

use std::cell::Cell;
use std::time::Instant;

use crate::gil::GilCell;
use crate::heap::{Heap, heap};
use crate::shape;
use crate::stack;
use crate::threads::with_registers;
use crate::value::Value;

/// What to collect.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// Young objects, and a slice of a running major collection.
    Minor,
    /// Finishes the running major collection, or does one.
    Major,
    /// Everything unreachable now: finishes a running one, then does a whole one.
    Full,
}

/// What the collector has left for the runtime to do at a safepoint.
#[derive(Clone, Copy, Default, Debug)]
pub struct Pending {
    /// Weak references were cleared: see `weak::next_cleared`.
    pub weak: bool,
    /// Objects are to be finalized: see `finalize::next`.
    pub finalizers: bool,
    /// The heap has outgrown its limit: raise `MemoryError`.
    pub memory: bool,
}

static PENDING: GilCell<Cell<Pending>> = GilCell::new(Cell::new(Pending {
    weak: false,
    finalizers: false,
    memory: false,
}));

/// A function that tells the interpreter to look at [`take_pending`].
type Notify = fn();

static NOTIFY: GilCell<Cell<Option<Notify>>> = GilCell::new(Cell::new(None));

/// Words that a slice of major marking looks at, at least.
const SLICE: usize = 100_000;
/// Stress mode verifies at every collection per this many live bytes.
const VERIFY_EACH: usize = 256 << 10;
/// Free large-object memory that is kept for use, at most.
const KEEP_LARGE: usize = 64 << 20;

/// Collects now.
pub fn collect(kind: Kind) {
    let h = heap();
    h.close_window();
    h.collect_here(kind);
    h.open_window();
}

/// Collects everything unreachable now. Words of this thread's native stack below the
/// address `floor` do not keep objects alive for which `is_dropped` holds: they are what
/// earlier calls have left there.
///
/// The caller knows that no native function that runs now has such an object from nowhere
/// but its own stack.
pub fn collect_dropped(floor: usize, is_dropped: &dyn Fn(Value) -> bool) {
    let h = heap();
    h.close_window();
    with_registers(&mut |sp| {
        let start = Instant::now();
        h.begin_but(sp, floor, is_dropped);
        h.minor();
        if h.marker.marking {
            h.complete_major();
        }
        h.complete_major();
        h.end(start);
    });
    h.open_window();
}

/// Turns automatic major collections on or off; minor ones go on. Returns how it was.
pub fn set_enabled(on: bool) -> bool {
    std::mem::replace(&mut heap().enabled, on)
}

/// Collects at every `n`-th allocation, poisons freed memory and verifies the
/// heap at each collection; 0 turns it off.
pub fn set_gc_stress(n: usize) {
    let h = heap();
    h.close_window();
    h.opts.stress = n;
    h.countdown = n;
    h.blocks.poison = n != 0;
    h.open_window();
}

/// `f` is called at the end of a collection that left something to do. It
/// must not allocate: set a flag that the interpreter polls.
pub fn set_notify(f: Notify) {
    NOTIFY.get().set(Some(f))
}

/// What is to be done; asking resets it.
pub fn take_pending() -> Pending {
    PENDING.get().take()
}

impl Heap {
    /// Collects; the window is closed, and stays so.
    #[inline(never)]
    pub(crate) fn collect_here(&mut self, kind: Kind) {
        with_registers(&mut |sp| self.collect_at(sp, kind));
    }

    fn collect_at(&mut self, sp: usize, kind: Kind) {
        let start = Instant::now();
        self.begin(sp);
        self.minor();
        let minor_end = Instant::now();
        self.stats.minor_time += minor_end - start;
        match kind {
            Kind::Minor => self.advance_major(),
            Kind::Major => self.complete_major(),
            Kind::Full => {
                if self.marker.marking {
                    self.complete_major();
                }
                self.complete_major();
            }
        }
        self.stats.major_time += minor_end.elapsed();
        self.end(start);
    }

    /// Ends the spans and finds the conservative roots.
    pub(crate) fn begin(&mut self, sp: usize) {
        self.begin_but(sp, sp, &|_| false)
    }

    /// The same, with what [`collect_dropped`] leaves out.
    fn begin_but(&mut self, sp: usize, floor: usize, is_dropped: &dyn Fn(Value) -> bool) {
        self.blocks.retire(&self.region);
        if self.is_verify_due() {
            self.verify_barriers();
        }
        self.stats.minors += 1;
        self.stats.allocated += self
            .blocks
            .spans
            .iter()
            .map(|s| (s.end - s.start) as u64)
            .sum::<u64>();
        self.marker.survived = 0;
        self.roots.hits.clear();
        self.roots.scanned = 0;
        let floor = floor.max(sp);
        self.scan_words(sp, floor, true);
        self.roots.hits.retain(|o| !is_dropped(o.value()));
        self.scan_native_stacks(floor);
        self.scan_ranges();
        let mut ranges = Vec::new();
        stack::for_each_range(&mut |start, words| ranges.push((start as usize, words)));
        for (start, words) in ranges {
            self.scan_words(start, start + words * 8, false);
        }
    }

    pub(crate) fn minor(&mut self) {
        self.visit_roots(false);
        self.scan_remembered();
        self.drain(false);
        self.settle_dead(false);
        self.blocks.classify_touched(&self.region);
        let poison = self.opts.stress != 0;
        self.large
            .sweep(&self.region, false, poison, |h| h.bits() >> 56 & 3 == 0);
    }

    /// Decides about weak references and finalizers when all that is strongly
    /// reachable has been marked.
    fn settle_dead(&mut self, major: bool) {
        self.clear_weak(major);
        self.queue_finalizers(major);
        self.sweep_weak(major);
        self.sweep_shared(major);
    }

    /// Starts, continues or finishes a major collection, as far as it is due.
    fn advance_major(&mut self) {
        if !self.marker.marking {
            let stressed = self.opts.stress != 0 && self.stats.minors.is_multiple_of(4);
            if self.enabled && (stressed || self.live_bytes() >= self.major_at) {
                self.start_major();
            }
            return;
        }
        self.stats.slices += 1;
        self.visit_roots(true);
        // Marking must outrun promotion, or the heap would run away.
        let budget = match self.opts.stress {
            0 => SLICE.max(self.marker.survived / 8 * 2),
            _ => 64,
        };
        self.drain_major(budget);
        if self.marker.is_drained() {
            self.finish_major();
        }
    }

    fn start_major(&mut self) {
        self.marker.flip();
        shape::start_major();
        self.visit_roots(true);
    }

    /// Starts a major collection if none runs, and finishes it.
    pub(crate) fn complete_major(&mut self) {
        if self.marker.marking {
            self.visit_roots(true);
        } else {
            self.start_major();
        }
        self.drain_major(usize::MAX);
        self.finish_major();
    }

    /// All reachable objects are marked, and nothing is young.
    fn finish_major(&mut self) {
        self.save_cyclic();
        self.settle_dead(true);
        debug_assert!(self.marker.is_drained());
        if let Some(counts) = self.census {
            self.cyclic += self.cyclic_garbage(counts).len();
        }
        shape::sweep(|class| self.is_dead(true, crate::mark::Obj::of(class)));
        let r = &mut self.region;
        std::mem::swap(&mut r.bits, &mut r.next_bits);
        std::mem::swap(&mut r.lines, &mut r.next_lines);
        let blocks = self.blocks.table.len();
        // SAFETY: the tables of the blocks in use.
        unsafe {
            r.next_bits.write_bytes(0, blocks * crate::region::BITMAP);
            r.next_lines.write_bytes(0, blocks * crate::region::LINES);
        }
        self.marker.marking = false;
        self.blocks.classify_all(&self.region);
        let white = self.marker.white as u64;
        let poison = self.opts.stress != 0;
        let used = self.large.bytes;
        self.large
            .sweep(&self.region, true, poison, |h| h.bits() >> 56 & 3 == white);
        self.stats.majors += 1;
        let live = self.live_bytes();
        self.major_at = self
            .opts
            .first_major
            .max(live + live / 100 * self.opts.growth);
        self.blocks
            .release(&self.region, self.opts.nursery + live / 4);
        // What was in use at once may be needed again: giving it back and getting
        // it anew costs more than the work on it.
        let keep = used.max(live / 4);
        self.large.release(KEEP_LARGE.min(keep).max(1 << 20));
    }

    /// Readies the allocator, and tells the runtime what there is to do.
    pub(crate) fn end(&mut self, start: Instant) {
        self.blocks.reset_spans(&self.region);
        self.young = 0;
        self.external = 0;
        self.stats.promoted += self.marker.survived as u64;
        if self.is_verify_due() {
            self.verify_heap();
            // A small heap is verified at each collection, a bigger one less
            // often, or stress tests of whole programs would not end.
            self.verify_in = 1 + self.live_bytes() / VERIFY_EACH;
        }
        self.verify_in = self.verify_in.saturating_sub(1);
        self.check_limit();
        let mut p = PENDING.get().get();
        p.weak |= !self.weak.callbacks.is_empty();
        p.finalizers |= !self.finalizers.queue.is_empty();
        if p.weak || p.finalizers || p.memory {
            PENDING.get().set(p);
            if let Some(f) = NOTIFY.get().get() {
                f();
            }
        }
        self.stats.max_pause = self.stats.max_pause.max(start.elapsed());
    }

    fn is_verify_due(&self) -> bool {
        self.opts.stress != 0 && self.verify_in == 0
    }

    /// Small objects have no way to say "no memory": the runtime is told.
    fn check_limit(&mut self) {
        if self.live_bytes() < 64 << 20 && self.limit == 0 {
            return;
        }
        if self.live_bytes() > self.limit() {
            let mut p = PENDING.get().get();
            p.memory = true;
            PENDING.get().set(p);
        }
    }
}
