//! Weak references, and which of them are shared.
//!
//! A weak reference object has one word, not among its shape's references,
//! that holds its target; the collector clears the word when the target dies
//! and reports the weak reference object to the runtime, if it lives itself.
//! Lists are split in young and old, so that a minor collection looks at new
//! entries only.

use std::collections::HashMap;

use crate::heap::{Heap, heap};
use crate::mark::Obj;
use crate::value::Value;

#[derive(Clone, Copy)]
struct Entry {
    object: Obj,
    word: u32,
}

#[derive(Default)]
pub struct Weak {
    young: Vec<Entry>,
    old: Vec<Entry>,
    /// Weak reference objects that were cleared, for the runtime: roots.
    pub callbacks: Vec<Value>,
    /// The weak reference objects that all users of a target share, by target and number;
    /// not kept alive.
    shared: HashMap<(usize, u8), Entry>,
    /// Keys whose entry is new since the last collection.
    young_keys: Vec<(usize, u8)>,
}

/// Makes word `word` of `object` weak. The shape must not list it as a reference.
pub fn register(object: Value, word: u32) {
    heap().weak.young.push(Entry {
        object: Obj::of(object),
        word,
    });
}

/// The next weak reference object that was cleared. To be asked at a safepoint.
pub fn next_cleared() -> Option<Value> {
    heap().weak.callbacks.pop()
}

/// Calls `f` with every weak reference object whose target is `target`. It must not allocate much.
pub fn references_to(target: Value, mut f: impl FnMut(Value)) {
    let mut i = 0;
    loop {
        let w = &heap().weak;
        let old = w.old.len();
        let Some(e) = (if i < old {
            w.old.get(i)
        } else {
            w.young.get(i - old)
        }) else {
            return;
        };
        let (object, word) = (e.object, e.word as usize);
        if object.word(word) == target {
            f(object.value());
        }
        i += 1;
    }
}

/// Declares the weak reference object `object`, whose word `word` holds its target, to be
/// the one that is shared under this number.
pub fn share(object: Value, word: u32, number: u8) {
    let w = &mut heap().weak;
    let object = Obj::of(object);
    let key = (object.word(word as usize).0 as usize, number);
    w.shared.insert(key, Entry { object, word });
    w.young_keys.push(key);
}

/// The weak reference object to `target` that is shared under this number, if there is one.
pub fn shared(target: Value, number: u8) -> Option<Value> {
    let found = heap().weak.shared.get(&(target.0 as usize, number));
    found.map(|e| e.object.value())
}

impl Heap {
    /// Drops shared weak reference objects that died or were cleared.
    pub fn sweep_shared(&mut self, major: bool) {
        let mut shared = std::mem::take(&mut self.weak.shared);
        let mut keys = std::mem::take(&mut self.weak.young_keys);
        let is_alive =
            |e: &Entry| !self.is_dead(major, e.object) && e.object.word(e.word as usize).is_ptr();
        if major {
            shared.retain(|_, e| is_alive(e));
        }
        for key in keys.drain(..) {
            if shared.get(&key).is_some_and(|e| !is_alive(e)) {
                shared.remove(&key);
            }
        }
        self.weak.shared = shared;
        self.weak.young_keys = keys;
    }

    /// Clears the weak references to dead objects, and queues callbacks.
    pub fn clear_weak(&mut self, major: bool) {
        self.clear_list(major, false);
        if major {
            self.clear_list(major, true);
        }
    }

    fn clear_list(&mut self, major: bool, old: bool) {
        for i in 0..if old {
            self.weak.old.len()
        } else {
            self.weak.young.len()
        } {
            let e = if old {
                self.weak.old[i]
            } else {
                self.weak.young[i]
            };
            let target = e.object.word(e.word as usize);
            if target.is_ptr() && self.is_dead(major, Obj::of(target)) {
                e.object.set_word(e.word as usize, Value::NULL);
                if !self.is_dead(major, e.object) {
                    self.weak.callbacks.push(e.object.value());
                }
            }
        }
    }

    /// Drops entries of dead weak reference objects and of cleared ones.
    pub fn sweep_weak(&mut self, major: bool) {
        let mut young = std::mem::take(&mut self.weak.young);
        let mut old = std::mem::take(&mut self.weak.old);
        let keep =
            |e: &Entry| !self.is_dead(major, e.object) && e.object.word(e.word as usize).is_ptr();
        if major {
            old.retain(keep);
        }
        old.extend(young.drain(..).filter(keep));
        self.weak.young = young;
        self.weak.old = old;
    }
}
