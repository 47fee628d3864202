//! `dict`: the compact, insertion-ordered hash table (object and lookup; the
//! Python-visible methods are in `dict_methods`).
//!
//! Entries are triples (hash, key, value) in one array in insertion order; a
//! deleted entry has an absent key. Up to [`LINEAR`] entries are searched
//! linearly by hash, larger tables have an index of 32-bit entry numbers.
//! `version` changes whenever a key is added or removed, so that caches of
//! (version, entry number) stay valid while only values change.

use std::cell::Cell;

use pyjit_heap::{Field, Gc, GilCell, Header, RawArray, RefArray, Value, heap_object};

use super::str_::Str;
use super::tuple::Tuple;
use crate::core::thread::{R, Raised, Thread};
use crate::core::{errors, kinds, ops};
use crate::types::exceptions::Exc;
use crate::types::type_::type_name;

/// A dictionary object.
#[repr(C)]
pub struct Dict {
    header: Header,
    entries: Field<Gc<RefArray>>,
    index: Field<Gc<RawArray>>,
    /// Entries in use, deleted ones included.
    used: Cell<usize>,
    /// Live entries.
    len: Cell<usize>,
    /// Low half: structure version; high half: flags.
    version: Cell<u32>,
    flags: Cell<u32>,
}
heap_object!(Dict = kinds::DICT, refs 1..3);

/// Tables of at most this many entries have no index.
pub const LINEAR: usize = 8;
/// Bytes from the header to the entries array, and to the version.
pub const ENTRIES_OFFSET: usize = std::mem::offset_of!(Dict, entries);
pub const VERSION_OFFSET: usize = std::mem::offset_of!(Dict, version);
/// Bytes from the header to the number of entries in use.
pub const USED_OFFSET: usize = std::mem::offset_of!(Dict, used);
/// Bytes from the header to the number of live entries.
pub const LEN_OFFSET: usize = std::mem::offset_of!(Dict, len);
/// Compiled code relies on this dictionary: report changes to the interpreter.
pub const WATCHED: u32 = 1;
/// It has had a key whose hash or equality may run Python code.
pub const ODD_KEYS: u32 = 2;
const EMPTY: u32 = u32::MAX;
const DELETED: u32 = u32::MAX - 1;

static NEXT_VERSION: GilCell<Cell<u32>> = GilCell::new(Cell::new(1));

fn new_version() -> u32 {
    let c = NEXT_VERSION.get();
    // 0 is never a version: inline caches start with it.
    c.set(c.get().checked_add(1).unwrap_or(1));
    c.get()
}

/// A hash as it is stored: 63 bits, as a small int.
#[inline(always)]
fn stored(hash: i64) -> Value {
    Value::int(hash)
}

impl Dict {
    /// An empty dictionary.
    pub fn new() -> Gc<Dict> {
        Dict::with_shape(kinds::DICT, 0)
    }

    /// An empty dictionary of a subclass (`extra` bytes for its attributes).
    pub fn with_shape(shape: u32, extra: usize) -> Gc<Dict> {
        Gc::with_shape(
            shape,
            Dict {
                header: Header::NEW,
                entries: Field::null(),
                index: Field::null(),
                used: Cell::new(0),
                len: Cell::new(0),
                version: Cell::new(new_version()),
                flags: Cell::new(0),
            },
            extra,
        )
    }

    /// Number of keys.
    #[inline(always)]
    pub fn len(&self) -> usize {
        self.len.get()
    }
    /// Has it no keys?
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
    /// Changes when a key is added or removed.
    #[inline(always)]
    pub fn version(&self) -> u32 {
        self.version.get()
    }
    /// [`WATCHED`] and [`ODD_KEYS`].
    #[inline(always)]
    pub fn flags(&self) -> u32 {
        self.flags.get()
    }
    /// Entries in use, deleted ones included: the bound for [`Dict::entry`].
    #[inline(always)]
    pub fn used(&self) -> usize {
        self.used.get()
    }
    /// Asks for [`crate::core::host::Host::dict_changed`] at the next change.
    pub fn watch(&self) {
        self.flags.set(self.flags.get() | WATCHED)
    }
    /// Is a change reported?
    #[inline(always)]
    pub fn is_watched(&self) -> bool {
        self.flags.get() & WATCHED != 0
    }
    /// Stops reporting changes.
    pub fn unwatch(&self) {
        self.flags.set(self.flags.get() & !WATCHED)
    }

    /// Key and value of entry `i < used()`, `None` if it was deleted.
    #[inline(always)]
    pub fn entry(&self, i: usize) -> Option<(Value, Value)> {
        let e = self.entries.gc();
        e.get(i * 3 + 1).opt().map(|k| (k, e.get(i * 3 + 2)))
    }
    /// Value of entry `i`, absent if it was deleted.
    #[inline(always)]
    pub fn entry_value(&self, i: usize) -> Value {
        self.entries.gc().get(i * 3 + 2)
    }
    /// The word that holds the value of entry `i`: valid while `version` is.
    pub fn entry_word(&self, i: usize) -> &Value {
        let e = self.entries.gc();
        // The array lives as long as this version of the dictionary.
        &pyjit_heap::arrays::outlive_values(self, e.as_slice())[i * 3 + 2]
    }
    /// The stored hash of entry `i`.
    pub fn entry_hash(&self, i: usize) -> i64 {
        self.entries.gc().get(i * 3).as_int()
    }

    /// Entry number of a `str` key; never runs Python code.
    #[inline]
    pub fn find_str(&self, key: Gc<Str>) -> Option<usize> {
        let h = stored(key.hash());
        self.probe(h, |k| {
            k == key.value() || k.cast_exact::<Str>().is_some_and(|s| s.same(&key))
        })
    }

    /// The value of a `str` key.
    #[inline]
    pub fn get_str(&self, key: Gc<Str>) -> Option<Value> {
        self.find_str(key).map(|i| self.entry_value(i))
    }

    /// First entry with that hash for which `same` holds.
    #[inline]
    fn probe(&self, hash: Value, mut same: impl FnMut(Value) -> bool) -> Option<usize> {
        let entries = self.entries.opt()?;
        if let Some(index) = self.index.opt() {
            let table = index32(index);
            let mask = table.len() - 1;
            let mut i = spread(hash) & mask;
            loop {
                match table[i].get() {
                    EMPTY => return None,
                    DELETED => {}
                    e => {
                        let e = e as usize;
                        if entries.get(e * 3) == hash && same(entries.get(e * 3 + 1)) {
                            return Some(e);
                        }
                    }
                }
                i = (i + 1) & mask;
            }
        }
        (0..self.used()).find(|&e| {
            entries.get(e * 3) == hash && {
                let k = entries.get(e * 3 + 1);
                !k.is_null() && same(k)
            }
        })
    }
}

/// Is hashing and comparing the key certain to run no Python code?
pub fn is_simple_key(key: Value) -> bool {
    if !key.is_ptr() {
        return true;
    }
    match key.shape_id() {
        kinds::STR | kinds::INT | kinds::FLOAT | kinds::BYTES => true,
        kinds::TUPLE => {
            let t: Gc<Tuple> = Gc::from_value(key);
            t.items().iter().all(|v| {
                !v.is_ptr() || matches!(v.shape_id(), kinds::STR | kinds::INT | kinds::FLOAT)
            })
        }
        _ => false,
    }
}

/// The hash of a key; a `TypeError` says what the key was for.
#[inline]
pub(super) fn key_hash(t: &Thread, key: Value) -> R<i64> {
    ops::hash(t, key).map_err(|e| unhashable(t, e, key, "dict key"))
}

/// Explains the `TypeError` of an unhashable `key`.
#[cold]
pub fn unhashable(t: &Thread, e: Raised, key: Value, what: &str) -> Raised {
    if !errors::matches(t, Exc::TypeError) {
        return e;
    }
    let cause = t.take_exception();
    let text = ops::str(t, cause).map_or(String::new(), |s| s.lossy().into_owned());
    errors::type_error(
        t,
        format!("cannot use '{}' as a {what} ({text})", type_name(key)),
    )
}

#[inline(always)]
fn spread(hash: Value) -> usize {
    let x = (hash.0 >> 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    (x >> 29) as usize
}

#[inline(always)]
fn index32(index: Gc<RawArray>) -> &'static [Cell<u32>] {
    pyjit_heap::arrays::cells32(index)
}

impl Dict {
    /// Entry number of `key`, whose hash is `hash`. May run `__eq__`.
    pub fn find(&self, t: &Thread, key: Value, hash: i64) -> R<Option<usize>> {
        if let Some(s) = key.cast_exact::<Str>() {
            if let Some(i) = self.find_str(s) {
                return Ok(Some(i));
            }
            // Other key types may still equal a str; only possible with a custom __eq__.
        }
        'restart: loop {
            let version = self.version();
            let mut failure = None;
            let found = self.probe(stored(hash), |k| {
                if k == key {
                    return true;
                }
                if failure.is_some() {
                    return true;
                }
                match ops::eq_keys(t, k, key) {
                    Ok(b) => {
                        if self.version() != version {
                            failure = Some(Ok(()));
                            return true;
                        }
                        b
                    }
                    Err(e) => {
                        failure = Some(Err(e));
                        true
                    }
                }
            });
            return match failure {
                None => Ok(found),
                Some(Ok(())) => continue 'restart,
                Some(Err(e)) => Err(e),
            };
        }
    }

    /// The value of `key`.
    pub fn get(&self, t: &Thread, key: Value) -> R<Option<Value>> {
        let hash = key_hash(t, key)?;
        Ok(self.find(t, key, hash)?.map(|i| self.entry_value(i)))
    }

    /// Sets `self[key] = value`.
    pub fn set(&self, t: &Thread, key: Value, value: Value) -> R<()> {
        let hash = key_hash(t, key)?;
        self.set_hashed(t, key, hash, value)
    }

    /// As [`Dict::set`] with the key's hash at hand.
    pub fn set_hashed(&self, t: &Thread, key: Value, hash: i64, value: Value) -> R<()> {
        match self.find(t, key, hash)? {
            Some(i) => self.set_entry(t, i, value),
            None => self.insert_new(t, key, hash, value)?,
        }
        Ok(())
    }

    /// Sets the value of a `str` key; never runs Python code.
    pub fn set_str(&self, t: &Thread, key: Gc<Str>, value: Value) -> R<()> {
        match self.find_str(key) {
            Some(i) => self.set_entry(t, i, value),
            None => self.insert_new(t, key.value(), key.hash(), value)?,
        }
        Ok(())
    }

    /// Replaces the value of entry `i`.
    #[inline]
    pub fn set_entry(&self, t: &Thread, i: usize, value: Value) {
        self.entries.gc().set(i * 3 + 2, value);
        if self.is_watched() {
            t.host().dict_changed(Gc::of(self));
        }
    }

    /// Appends a key that is not in the dictionary.
    pub fn insert_new(&self, t: &Thread, key: Value, hash: i64, value: Value) -> R<()> {
        if self.is_watched() {
            t.host().dict_changed(Gc::of(self));
        }
        let capacity = self.entries.opt().map_or(0, |e| e.len() / 3);
        if self.used() == capacity && self.resize((self.len() * 2).max(LINEAR / 2 + 1)).is_none() {
            return Err(errors::memory_error(t));
        }
        if !is_simple_key(key) {
            self.flags.set(self.flags.get() | ODD_KEYS);
        }
        let (i, entries) = (self.used(), self.entries.gc());
        entries.set(i * 3, stored(hash));
        entries.set(i * 3 + 1, key);
        entries.set(i * 3 + 2, value);
        if let Some(index) = self.index.opt() {
            put_index(index, stored(hash), i);
        }
        self.used.set(i + 1);
        self.len.set(self.len() + 1);
        self.version.set(new_version());
        Ok(())
    }

    /// Makes room for `n` entries at once, if there is memory.
    pub fn reserve(&self, n: usize) {
        if self.entries.opt().map_or(0, |e| e.len() / 3) < n {
            self.resize(n);
        }
    }

    /// Room for `capacity` entries; squeezes out deleted ones.
    fn resize(&self, capacity: usize) -> Option<()> {
        let capacity = if capacity <= LINEAR {
            LINEAR
        } else {
            capacity.next_power_of_two() / 4 * 3
        };
        let new = RefArray::new(capacity.max(self.len()) * 3)?;
        let mut n = 0;
        if let Some(old) = self.entries.opt() {
            for e in (0..self.used()).filter(|e| !old.get(e * 3 + 1).is_null()) {
                new.copy_from(n * 3, &old.as_slice()[e * 3..e * 3 + 3]);
                n += 1;
            }
        }
        let index = if new.len() / 3 > LINEAR {
            Some(self.build_index(new, n)?)
        } else {
            None
        };
        self.entries.put(self, new);
        match index {
            Some(x) => self.index.put(self, x),
            None => self.index.clear(),
        }
        self.used.set(n);
        self.version.set(new_version());
        Some(())
    }

    fn build_index(&self, entries: Gc<RefArray>, n: usize) -> Option<Gc<RawArray>> {
        let slots = (entries.len() / 3 * 3 / 2).next_power_of_two();
        let index = RawArray::new(slots * 4)?;
        index.bytes_mut().fill(0xff);
        for e in 0..n {
            put_index(index, entries.get(e * 3), e);
        }
        Some(index)
    }

    /// Removes entry `i` and gives its value.
    pub fn remove_entry(&self, t: &Thread, i: usize) -> Value {
        if self.is_watched() {
            t.host().dict_changed(Gc::of(self));
        }
        let entries = self.entries.gc();
        if let Some(index) = self.index.opt() {
            let table = index32(index);
            let mask = table.len() - 1;
            let mut at = spread(entries.get(i * 3)) & mask;
            while table[at].get() != i as u32 {
                at = (at + 1) & mask;
            }
            table[at].set(DELETED);
        }
        let value = entries.get(i * 3 + 2);
        entries.clear_range(i * 3, i * 3 + 3);
        self.len.set(self.len() - 1);
        self.version.set(new_version());
        value
    }

    /// Removes the last entry and gives its key and value.
    pub fn remove_last(&self, t: &Thread) -> Option<(Value, Value)> {
        let i = (0..self.used()).rev().find(|i| self.entry(*i).is_some())?;
        let last = self.entry(i);
        self.remove_entry(t, i);
        // Not in `remove_entry`: iterators tell a key that came back from one that stayed.
        self.used.set(i);
        last
    }

    /// Removes `key`; gives its value if it was there.
    pub fn remove(&self, t: &Thread, key: Value) -> R<Option<Value>> {
        let hash = key_hash(t, key)?;
        Ok(self.find(t, key, hash)?.map(|i| self.remove_entry(t, i)))
    }

    /// Removes all keys.
    pub fn clear(&self, t: &Thread) {
        if self.is_watched() {
            t.host().dict_changed(Gc::of(self));
        }
        self.entries.clear();
        self.index.clear();
        self.used.set(0);
        self.len.set(0);
        self.version.set(new_version());
    }

    /// A shallow copy (an exact `dict`).
    pub fn copy(&self) -> Gc<Dict> {
        let d = Dict::new();
        d.flags.set(self.flags.get() & ODD_KEYS);
        if self.len() > 0 {
            d.entries.put(d, self.entries.gc());
            d.used.set(self.used());
            d.len.set(self.len());
            // `resize` copies the entries into fresh arrays.
            d.resize(self.len() * 3 / 2).expect("memory for a copy");
        }
        d
    }

    /// Live entries in order, as they are now. The dictionary must not change meanwhile.
    pub fn iter(&self) -> impl Iterator<Item = (Value, Value)> + '_ {
        (0..self.used()).filter_map(|i| self.entry(i))
    }
}

fn put_index(index: Gc<RawArray>, hash: Value, entry: usize) {
    let table = index32(index);
    let mask = table.len() - 1;
    let mut i = spread(hash) & mask;
    while table[i].get() < DELETED {
        i = (i + 1) & mask;
    }
    table[i].set(entry as u32);
}
