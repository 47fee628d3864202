//! Finalizers: objects that want to know when they die.
//!
//! A registered object that dies is kept once more, taken off the list and
//! queued; the runtime runs what it wants at a safepoint and may register it
//! again. Objects are queued before what only they refer to (reverse
//! postorder, so cycles are broken somewhere).

use crate::heap::{Heap, heap};
use crate::mark::{FINALIZABLE, Obj, for_ref_words};
use crate::shape;
use crate::value::Value;

#[derive(Default)]
pub struct Finalizers {
    young: Vec<Obj>,
    old: Vec<Obj>,
    /// Objects to finalize, in reverse order: roots.
    pub queue: Vec<Value>,
}

/// Registers `object`: it is to be finalized when nothing refers to it any more.
pub fn register(object: Value) {
    let o = Obj::of(object);
    if o.byte() & FINALIZABLE == 0 {
        o.set_byte(o.byte() | FINALIZABLE);
        heap().finalizers.young.push(o);
    }
}

/// Takes `object` off the list. (Its entry goes at a later collection.)
#[inline]
pub fn unregister(object: Value) {
    let o = Obj::of(object);
    if o.byte() & FINALIZABLE != 0 {
        o.set_byte(o.byte() & !FINALIZABLE);
    }
}

/// Is `object` registered?
pub fn is_registered(object: Value) -> bool {
    object.is_ptr() && Obj::of(object).byte() & FINALIZABLE != 0
}

/// The next object to finalize. To be asked at a safepoint.
pub fn next() -> Option<Value> {
    heap().finalizers.queue.pop()
}

/// Are there objects to finalize?
pub fn is_pending() -> bool {
    !heap().finalizers.queue.is_empty()
}

/// Takes all registered objects off the lists, newest first: at exit.
pub fn take_all() -> crate::RootVec {
    let f = &mut heap().finalizers;
    let mut all = crate::RootVec::new();
    let all_objects = f.young.drain(..).rev().chain(f.old.drain(..).rev());
    for o in all_objects.filter(|o| o.byte() & FINALIZABLE != 0) {
        o.set_byte(o.byte() & !FINALIZABLE);
        all.push(o.value());
    }
    all
}

/// A place in the depth-first walk: the object and its references to go.
struct Visit {
    object: Obj,
    todo: Vec<Obj>,
}

impl Heap {
    /// Queues the registered objects that died, and keeps what they refer to.
    pub fn queue_finalizers(&mut self, major: bool) {
        let mut young = std::mem::take(&mut self.finalizers.young);
        let mut old = std::mem::take(&mut self.finalizers.old);
        let mut dead = Vec::new();
        let mut split = |o: &Obj| {
            if o.byte() & FINALIZABLE == 0 {
                return false;
            }
            let is_dead = self.is_dead(major, *o);
            if is_dead {
                dead.push(*o);
            }
            !is_dead
        };
        if major {
            old.retain(&mut split);
        }
        young.retain(&mut split);
        old.append(&mut young);
        self.finalizers.young = young;
        self.finalizers.old = old;
        if dead.is_empty() {
            return;
        }
        let mut order = Vec::new();
        for o in dead.into_iter().rev() {
            self.walk_dead(major, o, &mut order);
        }
        // The queue is popped from its end: what was queued before stays there.
        let f = &mut self.finalizers.queue;
        f.splice(0..0, order.iter().map(|o| o.value()));
        self.drain(major);
    }

    /// Marks what is reachable from the dead object `root`, depth first, and
    /// appends registered objects in postorder.
    fn walk_dead(&mut self, major: bool, root: Obj, order: &mut Vec<Obj>) {
        let mut path = Vec::new();
        self.enter_dead(major, root, &mut path);
        while let Some(top) = path.last_mut() {
            if let Some(next) = top.todo.pop() {
                self.enter_dead(major, next, &mut path);
                continue;
            }
            let o = top.object;
            path.pop();
            if o.byte() & FINALIZABLE != 0 {
                o.set_byte(o.byte() & !FINALIZABLE);
                order.push(o);
            }
        }
    }

    fn enter_dead(&mut self, major: bool, o: Obj, path: &mut Vec<Visit>) {
        if !self.is_dead(major, o) {
            return;
        }
        self.mark_now(major, o);
        let id = o.header().shape_id();
        if self.marker.marking
            && let Some(class) = shape::reach(id)
        {
            self.visit(true, class);
        }
        let refs = shape::refs(id);
        let mut todo = Vec::new();
        for_ref_words(&refs, self.size(o) / 8, |i| {
            let v = o.word(i);
            if v.is_ptr() && self.is_dead(major, Obj::of(v)) {
                todo.push(Obj::of(v));
            } else {
                self.visit(major, v);
            }
        });
        path.push(Visit { object: o, todo });
    }
}
