//! The second level of the attribute caches: what was found for a shape and a
//! name, wherever it was asked for. Places that see many shapes are served
//! from here when their inline cache has another one.

use std::cell::Cell;

use pyjit_heap::{Cache, Gc, GilCell, Value};
use pyjit_runtime::types::str_::Str;
use pyjit_runtime::types::type_;

use crate::machine::place;

/// What an entry answers.
#[derive(Clone, Copy, PartialEq, Eq)]
#[repr(u32)]
pub enum Use {
    Load,
    Method,
    Store,
}

/// As an inline cache, its references are not traced.
#[derive(Clone, Copy)]
struct Entry {
    name: usize,
    value: Value,
    shape: u32,
    epoch: u32,
    slot: u32,
    used: Option<Use>,
}

const SIZE: usize = 1024;
const EMPTY: Entry = Entry {
    name: 0,
    value: Value::NULL,
    shape: 0,
    epoch: 0,
    slot: 0,
    used: None,
};

static ENTRIES: GilCell<[Cell<Entry>; SIZE]> = GilCell::new([const { Cell::new(EMPTY) }; SIZE]);

fn entry(used: Use, shape: u32, name: Gc<Str>) -> &'static Cell<Entry> {
    let hash = (name.addr() >> 4) ^ (shape as usize * 7) ^ (used as usize) << 9;
    &ENTRIES.get()[hash & (SIZE - 1)]
}

/// Fills the inline cache with what is known of a shape. False: nothing.
#[inline]
pub fn recall(used: Use, shape: u32, name: Gc<Str>, c: &Cache) -> bool {
    let e = entry(used, shape, name).get();
    if e.shape != shape
        || e.name != name.addr()
        || e.used != Some(used)
        || e.epoch != type_::epoch()
    {
        return false;
    }
    c.shape.set(shape);
    c.epoch.set(e.epoch);
    c.value.set(e.value);
    c.slot.set(e.slot);
    true
}

/// What is known of a shape: the kind and number of the place, and its value.
pub fn known(used: Use, shape: u32, name: Gc<Str>) -> Option<(u32, Value)> {
    let e = entry(used, shape, name).get();
    let is_it = e.shape == shape && e.name == name.addr() && e.used == Some(used);
    (is_it && e.epoch == type_::epoch()).then_some((e.slot, e.value))
}

/// Notes that objects of a shape have a method.
pub fn note_method(shape: u32, name: Gc<Str>, f: Value) {
    entry(Use::Method, shape, name).set(Entry {
        name: name.addr(),
        value: f,
        shape,
        epoch: type_::epoch(),
        slot: place::METHOD,
        used: Some(Use::Method),
    });
}

/// Notes what the inline cache now says of a shape, if it says something that
/// does not depend on the place.
pub fn note(used: Use, shape: u32, name: Gc<Str>, c: &Cache) {
    let kind = c.slot.get() & place::MASK;
    if c.shape.get() != shape
        || c.epoch.get() != type_::epoch()
        || matches!(kind, place::GETTER | place::SETTER)
    {
        return;
    }
    entry(used, shape, name).set(Entry {
        name: name.addr(),
        value: c.value.get(),
        shape,
        epoch: c.epoch.get(),
        slot: c.slot.get(),
        used: Some(used),
    });
}
