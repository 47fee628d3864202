//! Marking: the tracing half of minor and major collections.
//!
//! An object's header byte holds its *epoch*: 0 young, 1 or 2 marked in this
//! or the last major collection (they alternate), 3 immortal. Marks are
//! sticky: what a minor collection marks is old from then on.

use crate::heap::Heap;
use crate::object::{Header, LARGE, RefRange};
use crate::shape;
use crate::trace::{MarkStack, Rest, Tracer};
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

pub struct Marker {
    /// Epoch that marking gives.
    pub epoch: u8,
    /// While a major collection marks: epoch of objects it has not reached.
    pub white: u8,
    /// Is a major collection marking?
    pub marking: bool,
    /// Objects that something refers to, marked or not: for the minor collection.
    pub stack: MarkStack,
    /// The same for the major collection.
    pub gray: MarkStack,
    /// Parts of arrays that are to be scanned: minor, major.
    pub rest: [Vec<Rest>; 2],
    /// Bytes of young objects marked by this collection.
    pub survived: usize,
}

impl Marker {
    pub fn new() -> Marker {
        Marker {
            epoch: 1,
            white: 2,
            marking: false,
            stack: MarkStack::new(),
            gray: MarkStack::new(),
            rest: [Vec::new(), Vec::new()],
            survived: 0,
        }
    }

    /// Flips the epoch: everything old is white now.
    pub fn flip(&mut self) {
        self.white = self.epoch;
        self.epoch ^= 3;
        self.marking = true;
    }

    /// Has the major collection nothing left to look at?
    pub fn is_drained(&self) -> bool {
        self.gray.is_empty() && self.rest[1].is_empty()
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

    /// Visits a reference: [`Heap::drain`] will mark what it leads to.
    #[inline(always)]
    pub fn visit(&mut self, major: bool, v: Value) {
        if v.is_ptr() {
            let stack = match major {
                true => &mut self.marker.gray,
                false => &mut self.marker.stack,
            };
            stack.push(Obj::of(v));
        }
    }

    /// Visits all references of `o`, for the minor collection.
    pub fn scan_minor(&mut self, o: Obj) {
        let refs = shape::refs(o.header().shape_id());
        for_ref_words(&refs, self.size(o) / 8, |i| self.visit(false, o.word(i)));
    }

    /// Marks `o`, which is dead so far, and nothing else.
    pub fn mark_now(&mut self, major: bool, o: Obj) {
        let t = Tracer::new(self);
        match (major, self.marker.marking) {
            (true, _) => t.mark::<true, true>(o),
            (false, true) => t.mark::<false, true>(o),
            (false, false) => t.mark::<false, false>(o),
        }
    }

    /// Looks at about `budget` words for the major collection.
    pub fn drain_major(&mut self, budget: usize) {
        self.trace::<true, true>(budget);
    }

    /// Marks all that is reachable from what was visited.
    pub fn drain(&mut self, major: bool) {
        match (major, self.marker.marking) {
            (true, _) => self.trace::<true, true>(usize::MAX),
            (false, true) => self.trace::<false, true>(usize::MAX),
            (false, false) => self.trace::<false, false>(usize::MAX),
        }
    }
}
