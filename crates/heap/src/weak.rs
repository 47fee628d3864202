//! Weak references and weak-keyed tables.
//!
//! A weak reference object has one word, not among its shape's references,
//! that holds its target; the collector clears the word when the target dies
//! and reports the weak reference object to the runtime, if it lives itself.
//! Lists are split in young and old, so that a minor collection looks at new
//! entries only.

use crate::heap::{Heap, heap};
use crate::mark::Obj;
use crate::value::Value;

#[derive(Clone, Copy)]
struct Entry {
    object: Obj,
    word: u32,
}

#[derive(Clone, Copy)]
struct Pair {
    key: Obj,
    value: Value,
}

#[derive(Default)]
pub struct Weak {
    young: Vec<Entry>,
    old: Vec<Entry>,
    /// Weak reference objects that were cleared, for the runtime: roots.
    pub callbacks: Vec<Value>,
    /// Key and value of all weak-keyed entries.
    pairs: std::collections::HashMap<usize, Value>,
    /// Keys whose entry is new since the last collection.
    young_keys: Vec<usize>,
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

/// Associates `value` with `key` for as long as `key` lives.
/// The table keeps `value` alive, but only while `key` is.
pub fn set_associated(key: Value, value: Value) {
    let w = &mut heap().weak;
    w.pairs.insert(key.0 as usize, value);
    w.young_keys.push(key.0 as usize);
}

/// What was associated with `key`.
pub fn associated(key: Value) -> Option<Value> {
    heap().weak.pairs.get(&(key.0 as usize)).copied()
}

/// Ends the association of `key`.
pub fn remove_associated(key: Value) -> Option<Value> {
    heap().weak.pairs.remove(&(key.0 as usize))
}

impl Heap {
    /// Marks the values of weak-keyed entries whose keys live, to a fixpoint.
    pub fn mark_associated(&mut self, major: bool) {
        let mut waiting: Vec<Pair> = if major {
            let pairs = self.weak.pairs.iter();
            pairs
                .map(|(&k, &value)| Pair { key: Obj(k), value })
                .collect()
        } else {
            let keys = self.weak.young_keys.iter();
            let pairs = keys.filter_map(|k| self.weak.pairs.get_key_value(k));
            pairs
                .map(|(&k, &value)| Pair { key: Obj(k), value })
                .collect()
        };
        loop {
            let before = waiting.len();
            waiting.retain(|p| {
                let dead = self.is_dead(major, p.key);
                if !dead {
                    self.visit(major, p.value);
                }
                dead
            });
            self.drain(major);
            if waiting.len() == before {
                return;
            }
        }
    }

    /// Drops the entries of dead keys.
    pub fn sweep_associated(&mut self, major: bool) {
        if major {
            let mut pairs = std::mem::take(&mut self.weak.pairs);
            pairs.retain(|&k, _| !self.is_dead(true, Obj(k)));
            self.weak.pairs = pairs;
        } else {
            let keys = std::mem::take(&mut self.weak.young_keys);
            for k in keys {
                if self.is_dead(false, Obj(k)) {
                    self.weak.pairs.remove(&k);
                }
            }
        }
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
