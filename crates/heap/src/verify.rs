//! The heap verifier of stress mode: finds missing barriers before a
//! collection hides them, and dangling references after it.

use crate::heap::Heap;
use crate::mark::{IMMORTAL, Obj};
use crate::region::{BITMAP, BLOCK};
use crate::shape;
use crate::value::Value;

impl Heap {
    /// Every marked object: small ones by address, then large ones.
    pub fn for_each_marked(&self, mut f: impl FnMut(Obj)) {
        for b in 0..self.blocks.table.len() {
            for i in 0..BITMAP {
                // SAFETY: bitmap words of block `b`.
                let mut m = unsafe { *self.region.bits.add(b * BITMAP + i) };
                while m != 0 {
                    let granule = i * 64 + m.trailing_zeros() as usize;
                    f(Obj(self.region.block_at(b) + granule * 16));
                    m &= m - 1;
                }
            }
        }
        for e in self.large.iter() {
            if Obj(e.start).epoch() != 0 {
                f(Obj(e.start));
            }
        }
    }

    /// Before a collection: every reference from an old to a young object is
    /// remembered.
    pub fn verify_barriers(&self) {
        self.for_each_marked(|o| {
            self.verify_header(o);
            self.references(o, |i, v| {
                if Obj::of(v).epoch() == 0 && !self.is_remembered(o, o.0 + i * 8) {
                    self.fail(o, i, v, "missing write barrier: young, and not remembered");
                }
            });
        });
    }

    /// After a collection: every object has a valid header, and every
    /// reference leads to an object that is alive.
    pub fn verify_heap(&self) {
        self.for_each_marked(|o| {
            self.verify_header(o);
            self.references(o, |i, v| {
                if !self.is_marked(v) {
                    self.fail(o, i, v, "dangling reference");
                }
            });
        });
    }

    fn is_marked(&self, v: Value) -> bool {
        let o = Obj::of(v);
        if !self.region.contains(o.0) {
            return o.epoch() == IMMORTAL;
        }
        if o.0 >= self.large.low {
            let found = self.large.find(&self.region, o.0);
            return found.is_some_and(|e| e.start == o.0) && o.epoch() != 0;
        }
        o.0 & 15 == 0
            && o.0 < self.blocks.top(&self.region)
            && self.region.has_bit(self.region.bits, o.0)
    }

    fn verify_header(&self, o: Obj) {
        let id = o.header().shape_id();
        let size = self.size(o);
        let fits = o.0 >= self.large.low || o.0 % BLOCK + size <= BLOCK;
        if id == 0 || id as usize >= shape::count() || size == 0 || !fits {
            panic!(
                "heap: bad header {:#x} at {:#x} (shape {id}, {size} bytes)",
                o.header().bits(),
                o.0
            );
        }
    }

    fn fail(&self, o: Obj, word: usize, v: Value, what: &str) -> ! {
        let id = o.header().shape_id();
        panic!(
            "heap: {what}: word {word} of the object at {:#x} (shape {id}, kind {}, header {:#x}) is {:#x}",
            o.0,
            shape::get(id).kind(),
            o.header().bits(),
            v.0
        );
    }
}
