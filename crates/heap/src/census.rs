//! Counts cyclic garbage, for `gc.collect()`: what reference counting would
//! not have freed, that is the dead objects that lie on a cycle of references
//! or are reached from one.

use std::collections::HashMap;
use std::time::Instant;

use crate::heap::{Heap, heap};
use crate::mark::Obj;
use crate::roots::RootVec;
use crate::threads::with_registers;
use crate::value::Value;

/// Collects everything that is unreachable now. Returns how many objects of
/// cyclic garbage were among it, of those that `counts` counts.
/// Above the stack pointer, the native stack of this thread is known to hold nothing
/// below `floor`.
pub fn collect(counts: fn(Value) -> bool, floor: usize) -> usize {
    let h = heap();
    h.close_window();
    h.census = Some(counts);
    h.cyclic = 0;
    wipe_stack();
    with_registers(&mut |sp| h.collect_all(sp.max(floor)));
    h.census = None;
    h.open_window();
    h.cyclic
}

/// As [`collect`], but the cyclic garbage stays alive: it is appended to `saved`.
pub fn collect_saving(counts: fn(Value) -> bool, floor: usize, saved: &mut RootVec) {
    heap().saved = Some(Vec::new());
    collect(counts, floor);
    for v in heap().saved.take().unwrap_or_default() {
        saved.push(v);
    }
}

/// Overwrites the unused part of the stack, where frames of calls that have
/// ended left references: the collector's own frames would revive them.
#[inline(never)]
fn wipe_stack() {
    let mut words = [0usize; 4096];
    std::hint::black_box(&mut words);
}

impl Heap {
    fn collect_all(&mut self, sp: usize) {
        let start = Instant::now();
        if self.marker.marking {
            self.begin(sp);
            self.minor();
            self.complete_major();
            self.end(start);
        }
        // What is young becomes old, dead or alive, so that the major
        // collection sees all the garbage.
        self.begin(sp);
        self.visit_young();
        self.minor();
        self.complete_major();
        self.end(start);
    }

    fn visit_young(&mut self) {
        for i in 0..self.blocks.spans.len() {
            let (mut at, end) = (self.blocks.spans[i].start, self.blocks.spans[i].end);
            while at < end {
                let o = Obj(at);
                self.visit(false, o.value());
                at += o.header().granules() as usize * 16;
            }
        }
        let young: Vec<usize> = self.large.young_starts().collect();
        for start in young {
            self.visit(false, Obj(start).value());
        }
    }

    /// When a major collection has marked all that lives: keeps the cyclic garbage, if
    /// that is wanted.
    pub(crate) fn save_cyclic(&mut self) {
        if let Some(counts) = self.census
            && self.saved.is_some()
        {
            let found = self.cyclic_garbage(counts);
            for v in &found {
                self.visit(true, *v);
            }
            self.drain_major(usize::MAX);
            self.saved.get_or_insert_default().extend(found);
        }
    }

    /// When a major collection has marked all that lives: the cyclic garbage.
    pub(crate) fn cyclic_garbage(&self, counts: fn(Value) -> bool) -> Vec<Value> {
        let mut incoming: HashMap<usize, u32> = HashMap::new();
        self.for_each_marked(|o| {
            if self.is_dead(true, o) {
                incoming.insert(o.0, 0);
            }
        });
        let dead: Vec<Obj> = incoming.keys().map(|o| Obj(*o)).collect();
        for o in &dead {
            self.references(*o, |_, v| {
                if let Some(n) = incoming.get_mut(&Obj::of(v).0) {
                    *n += 1;
                }
            });
        }
        let is_free = |o: &Obj| incoming[&o.0] == 0;
        let mut free: Vec<Obj> = dead.iter().copied().filter(is_free).collect();
        while let Some(o) = free.pop() {
            incoming.remove(&o.0);
            self.references(o, |_, v| {
                if let Some(n) = incoming.get_mut(&Obj::of(v).0) {
                    *n -= 1;
                    if *n == 0 {
                        free.push(Obj::of(v));
                    }
                }
            });
        }
        let left = incoming.keys().map(|o| Obj(*o).value());
        left.filter(|v| counts(*v)).collect()
    }
}
