//! Marking: the tracing half of minor and major collections.
//!
//! An object's header byte holds its *epoch*: 0 young, 1 or 2 marked in this
//! or the last major collection (they alternate), 3 immortal. Marks are
//! sticky: what a minor collection marks is old from then on.

use crate::heap::Heap;
use crate::object::{Header, LARGE, RefRange};
use crate::region::{LOG_LINE, Region};
use crate::shape;
use crate::value::Value;

/// Header byte: old, and not yet remembered for the next collection.
pub const UNLOGGED: u8 = 0x80;
/// Header byte: the epoch's bits.
pub const EPOCH: u8 = 3;
/// Epoch of objects that no collection looks at.
pub const IMMORTAL: u8 = 3;
/// Header byte: registered for finalization.
pub const FINALIZABLE: u8 = 4;

/// An object under the collector's eyes: the address of its header.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Obj(pub usize);

impl Obj {
    #[inline(always)]
    pub fn of(v: Value) -> Obj {
        Obj(v.0 as usize)
    }
    #[inline(always)]
    pub fn value(self) -> Value {
        Value(self.0 as u64)
    }
    #[inline(always)]
    pub fn header(self) -> &'static Header {
        // SAFETY: I1.
        unsafe { &*(self.0 as *const Header) }
    }
    /// The collector's header byte.
    #[inline(always)]
    pub fn byte(self) -> u8 {
        // SAFETY: I1; little-endian.
        unsafe { *(self.0 as *const u8).add(7) }
    }
    #[inline(always)]
    pub fn set_byte(self, b: u8) {
        // SAFETY: as above.
        unsafe { *(self.0 as *mut u8).add(7) = b }
    }
    #[inline(always)]
    pub fn epoch(self) -> u8 {
        self.byte() & EPOCH
    }
    /// Word `i` of the object.
    #[inline(always)]
    pub fn word(self, i: usize) -> Value {
        // SAFETY: the caller keeps within the object's size.
        unsafe { *(self.0 as *const Value).add(i) }
    }
    #[inline(always)]
    pub fn set_word(self, i: usize, v: Value) {
        // SAFETY: as above.
        unsafe { *(self.0 as *mut Value).add(i) = v }
    }
}

/// Part of a large array that is still to be scanned.
struct Rest {
    object: Obj,
    from: usize,
    to: usize,
}

/// Words of an array that are scanned in one go.
const STRIDE: usize = 8192;

pub struct Marker {
    /// Epoch that marking gives.
    pub epoch: u8,
    /// While a major collection marks: epoch of objects it has not reached.
    pub white: u8,
    /// Is a major collection marking?
    pub marking: bool,
    /// Young objects whose references are to be visited.
    stack: Vec<Obj>,
    /// The same for objects reached by the major collection.
    gray: Vec<Obj>,
    rest: Vec<Rest>,
    /// Bytes of young objects marked by this collection.
    pub survived: usize,
}

impl Marker {
    pub fn new() -> Marker {
        Marker {
            epoch: 1,
            white: 2,
            marking: false,
            stack: Vec::new(),
            gray: Vec::new(),
            rest: Vec::new(),
            survived: 0,
        }
    }

    /// Flips the epoch: everything old is white now.
    pub fn flip(&mut self) {
        self.white = self.epoch;
        self.epoch ^= 3;
        self.marking = true;
    }

    /// Has the major collection nothing left to scan?
    pub fn is_drained(&self) -> bool {
        self.gray.is_empty() && self.rest.is_empty()
    }
}

/// Calls `f` with the number of each reference word of an object of `words` words.
#[inline(always)]
pub fn for_ref_words(refs: &RefRange, words: usize, mut f: impl FnMut(usize)) {
    for i in refs.from as usize..refs.to as usize {
        f(i);
    }
    if refs.tail != RefRange::NO_TAIL {
        for i in refs.tail as usize..words {
            f(i);
        }
    }
}

impl Heap {
    /// Bytes of `o`.
    #[inline(always)]
    pub fn size(&self, o: Obj) -> usize {
        let granules = o.header().granules();
        if granules == LARGE {
            return self.large_size(o);
        }
        granules as usize * 16
    }

    #[cold]
    fn large_size(&self, o: Obj) -> usize {
        self.large.find(&self.region, o.0).map_or(0, |e| e.bytes)
    }

    /// Gives `o` the current epoch, and its bits and lines in the tables.
    #[inline(always)]
    fn mark(&mut self, o: Obj) {
        o.set_byte(o.byte() & !EPOCH | self.marker.epoch | UNLOGGED);
        if o.0 >= self.large.low {
            return;
        }
        let size = o.header().granules() as usize * 16;
        let r = &self.region;
        r.set_bit(r.bits, o.0);
        mark_lines(r, r.lines, o.0, size);
        if self.marker.marking {
            r.set_bit(r.next_bits, o.0);
            mark_lines(r, r.next_lines, o.0, size);
        }
    }

    /// Visits a reference in a minor collection.
    #[inline(always)]
    pub fn visit_minor(&mut self, v: Value) {
        if !v.is_ptr() {
            return;
        }
        let o = Obj::of(v);
        let epoch = o.epoch();
        if epoch == 0 {
            self.mark(o);
            self.marker.survived += o.header().granules() as usize * 16;
            self.marker.stack.push(o);
        } else if self.marker.marking && epoch == self.marker.white {
            self.mark(o);
            self.marker.gray.push(o);
        }
    }

    /// Visits a reference in a major collection, when nothing is young.
    #[inline(always)]
    pub fn visit_major(&mut self, v: Value) {
        if !v.is_ptr() {
            return;
        }
        let o = Obj::of(v);
        if o.epoch() == self.marker.white {
            self.mark(o);
            self.marker.gray.push(o);
        }
    }

    /// Visits in the kind of collection that `major` says.
    #[inline(always)]
    pub fn visit(&mut self, major: bool, v: Value) {
        if major {
            self.visit_major(v)
        } else {
            self.visit_minor(v)
        }
    }

    /// Visits all references of `o`.
    #[inline(always)]
    pub fn scan_minor(&mut self, o: Obj) {
        let refs = shape::refs(o.header().shape_id());
        let words = self.words(o, &refs);
        for_ref_words(&refs, words, |i| self.visit_minor(o.word(i)));
    }

    /// Words of `o`, if its references reach to its end.
    #[inline(always)]
    fn words(&self, o: Obj, refs: &RefRange) -> usize {
        if refs.tail == RefRange::NO_TAIL {
            return 0;
        }
        self.size(o) / 8
    }

    /// Finishes the young part of marking.
    pub fn drain_minor(&mut self) {
        while let Some(o) = self.marker.stack.pop() {
            self.scan_minor(o);
        }
    }

    /// Scans gray objects until about `budget` words were looked at.
    pub fn drain_major(&mut self, mut budget: usize) {
        loop {
            if let Some(rest) = self.marker.rest.pop() {
                let to = rest.to.min(rest.from + STRIDE);
                for i in rest.from..to {
                    self.visit_major(rest.object.word(i));
                }
                if to < rest.to {
                    self.marker.rest.push(Rest { from: to, ..rest });
                }
                if budget < STRIDE {
                    return;
                }
                budget -= STRIDE;
            }
            while let Some(o) = self.marker.gray.pop() {
                let cost = self.scan_major(o);
                if budget < cost {
                    return;
                }
                budget -= cost;
            }
            if self.marker.rest.is_empty() {
                return;
            }
        }
    }

    /// Visits the references of a gray object, or puts a long tail aside.
    #[inline(always)]
    fn scan_major(&mut self, o: Obj) -> usize {
        let refs = shape::refs(o.header().shape_id());
        let words = self.words(o, &refs);
        for i in refs.from as usize..refs.to as usize {
            self.visit_major(o.word(i));
        }
        let tail = refs.tail as usize;
        if words > tail {
            if words - tail > STRIDE {
                self.marker.rest.push(Rest {
                    object: o,
                    from: tail,
                    to: words,
                });
                return 4;
            }
            for i in tail..words {
                self.visit_major(o.word(i));
            }
            return words - tail + 4;
        }
        4
    }

    /// Drains what `visit(major, …)` has pushed.
    pub fn drain(&mut self, major: bool) {
        if major {
            self.drain_major(usize::MAX)
        } else {
            self.drain_minor()
        }
    }
}

#[inline(always)]
fn mark_lines(r: &Region, table: *mut u8, at: usize, size: usize) {
    let first = (at - r.base) >> LOG_LINE;
    let last = (at - r.base + size - 1) >> LOG_LINE;
    // SAFETY: the object lies inside the blocks.
    unsafe {
        *table.add(first) = 1;
        for line in first + 1..=last {
            *table.add(line) = 1;
        }
    }
}
