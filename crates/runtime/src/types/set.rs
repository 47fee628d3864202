//! `set` and `frozenset`: the table and its iterator. The Python-visible
//! methods are in `set_methods`.
//!
//! Open addressing: short runs of neighbours, then a jump that mixes in more
//! bits of the hash. Growth and probing are those of CPython, because programs
//! see the order of iteration. A slot is free (no key, hash word 0), removed
//! (no key, [`REMOVED`]) or taken.

use std::cell::Cell;

use pyjit_heap::{Field, Gc, Header, RawArray, RefArray, Value, heap_object};

use crate::core::class::words;
use crate::core::ops;
use crate::core::thread::{R, Thread};
use crate::core::{errors, kinds};
use crate::types::dict::{Dict, is_simple_key, unhashable};
use crate::types::type_::{Type, of_kind};

/// A set or frozenset.
#[repr(C)]
pub struct Set {
    header: Header,
    /// Keys by slot. Without arrays: a table of [`SMALL`] free slots.
    keys: Field<Gc<RefArray>>,
    hashes: Field<Gc<RawArray>>,
    /// Slots that are not free.
    fill: Cell<usize>,
    /// Elements.
    used: Cell<usize>,
    /// Where `pop` looks next.
    pub(super) finger: Cell<usize>,
    /// frozenset: the hash, computed once (-1: not yet).
    pub(super) hash: Cell<i64>,
    /// Not 0: it has had a key whose hash or equality may run Python code.
    pub odd: Cell<usize>,
}
heap_object!(Set = kinds::SET, refs 1..3);

/// Layout alias: a frozen [`Set`].
#[repr(C)]
pub struct FrozenSet {
    header: Header,
    keys: Field<Gc<RefArray>>,
    hashes: Field<Gc<RawArray>>,
    fill: Cell<usize>,
    used: Cell<usize>,
    finger: Cell<usize>,
    hash: Cell<i64>,
    odd: Cell<usize>,
}
heap_object!(FrozenSet = kinds::FROZENSET, refs 1..3);

/// Iterator over a set.
#[repr(C)]
pub struct SetIterator {
    header: Header,
    /// Absent when exhausted.
    pub set: Field<Gc<Set>>,
    /// Slot to look at next.
    pub at: Cell<usize>,
    /// Number of elements when it was made.
    pub len: Cell<i64>,
}
heap_object!(SetIterator = kinds::SET_ITERATOR, refs 1..2);

/// Slots of the smallest table.
const SMALL: usize = 8;
/// Neighbours looked at after the first slot of a probe.
const NEIGHBOURS: usize = 9;
/// The hash word of a removed element; no hash is -1.
const REMOVED: u64 = u64::MAX;

/// Is `v` a frozenset (or of a subclass)?
pub fn is_frozen(v: Value) -> bool {
    v.cast::<FrozenSet>().is_some()
}

/// `v` as a set of either kind.
#[inline]
pub fn any_set(v: Value) -> Option<Gc<Set>> {
    if v.cast::<Set>().is_some() || is_frozen(v) {
        Some(Gc::from_value(v))
    } else {
        None
    }
}

/// An empty set of `class`, which is one of the two kinds or a subclass.
pub(super) fn with_class(class: Gc<Type>) -> Gc<Set> {
    let s = Set {
        header: Header::NEW,
        keys: Field::null(),
        hashes: Field::null(),
        fill: Cell::new(0),
        used: Cell::new(0),
        finger: Cell::new(0),
        hash: Cell::new(-1),
        odd: Cell::new(0),
    };
    Gc::with_shape(class.root_shape.get(), s, class.extra_bytes(words::<Set>()))
}

/// The slots that may hold a key, run by run.
struct Probe {
    slot: usize,
    perturb: usize,
    mask: usize,
}

impl Probe {
    fn new(hash: i64, mask: usize) -> Probe {
        Probe {
            slot: hash as usize & mask,
            perturb: hash as usize,
            mask,
        }
    }
    fn run(&self) -> std::ops::RangeInclusive<usize> {
        let last = self.slot + NEIGHBOURS;
        self.slot..=if last <= self.mask { last } else { self.slot }
    }
    fn jump(&mut self) {
        self.perturb >>= 5;
        self.slot = (self.slot * 5).wrapping_add(1 + self.perturb) & self.mask;
    }
}

/// Where a key is, or where it would go.
enum Place {
    Taken(usize),
    Free(usize),
}

impl Set {
    /// An empty `set`.
    pub fn new() -> Gc<Set> {
        with_class(of_kind(kinds::SET))
    }
    /// Number of elements.
    #[inline]
    pub fn len(&self) -> usize {
        self.used.get()
    }
    /// Has it no elements?
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
    /// Number of slots: the bound for [`Set::slot`].
    pub fn slots(&self) -> usize {
        self.keys.opt().map_or(0, |k| k.len())
    }
    fn mask(&self) -> usize {
        self.keys.opt().map_or(SMALL, |k| k.len()) - 1
    }
    /// Element and hash of slot `i`, if it is taken.
    #[inline]
    pub fn slot(&self, i: usize) -> Option<(Value, i64)> {
        let k = self.keys.opt()?;
        if i >= k.len() {
            return None;
        }
        let v = k.get(i).opt()?;
        Some((v, self.hashes.gc().words()[i] as i64))
    }
    /// The next element at or after slot `at`: it, its hash, and the slot behind it.
    #[inline]
    pub fn next_slot(&self, mut at: usize) -> Option<(Value, i64, usize)> {
        let n = self.slots();
        while at < n {
            if let Some((k, h)) = self.slot(at) {
                return Some((k, h, at + 1));
            }
            at += 1;
        }
        None
    }
    /// Elements as they are now. The set must not change meanwhile.
    pub fn iter(&self) -> impl Iterator<Item = (Value, i64)> + '_ {
        (0..self.slots()).filter_map(|i| self.slot(i))
    }

    /// Where `key` is or belongs. May run `__eq__`, which may change the set.
    fn seek(&self, t: &Thread, key: Value, hash: i64) -> R<Place> {
        'again: loop {
            if self.keys.opt().is_none() {
                self.install(t, SMALL)?;
            }
            let (keys, hashes) = (self.keys.gc(), self.hashes.gc());
            let mut probe = Probe::new(hash, keys.len() - 1);
            loop {
                for i in probe.run() {
                    let (k, h) = (keys.get(i), hashes.words()[i]);
                    if k.is_null() {
                        if h == 0 {
                            return Ok(Place::Free(i));
                        }
                    } else if h == hash as u64 {
                        if k == key {
                            return Ok(Place::Taken(i));
                        }
                        let same = ops::eq_keys(t, k, key)?;
                        if self.keys.opt() != Some(keys) || keys.get(i) != k {
                            continue 'again;
                        }
                        if same {
                            return Ok(Place::Taken(i));
                        }
                    }
                }
                probe.jump();
            }
        }
    }

    /// The slot of `key`, whose hash is `hash`. May run `__eq__`.
    pub fn find(&self, t: &Thread, key: Value, hash: i64) -> R<Option<usize>> {
        if self.keys.opt().is_none() {
            return Ok(None);
        }
        Ok(match self.seek(t, key, hash)? {
            Place::Taken(i) => Some(i),
            Place::Free(_) => None,
        })
    }

    /// Adds `key`, whose hash is `hash`, if it is not there.
    pub fn add_hashed(&self, t: &Thread, key: Value, hash: i64) -> R<()> {
        let Place::Free(i) = self.seek(t, key, hash)? else {
            return Ok(());
        };
        self.put(i, key, hash);
        self.fill.set(self.fill.get() + 1);
        self.used.set(self.len() + 1);
        if self.fill.get() * 5 >= self.mask() * 3 {
            self.grow(t)?;
        }
        Ok(())
    }

    /// Adds an element.
    pub fn add(&self, t: &Thread, v: Value) -> R<()> {
        let hash = element_hash(t, v)?;
        self.add_hashed(t, v, hash)
    }
    /// Is `v` an element?
    pub fn contains(&self, t: &Thread, v: Value) -> R<bool> {
        let hash = element_hash(t, v)?;
        Ok(self.find(t, v, hash)?.is_some())
    }

    fn put(&self, i: usize, key: Value, hash: i64) {
        if !is_simple_key(key) {
            self.odd.set(1);
        }
        self.keys.gc().set(i, key);
        self.hashes.gc().words_mut()[i] = hash as u64;
    }

    /// Removes the element in slot `i` and gives it.
    pub fn remove_slot(&self, i: usize) -> Value {
        let keys = self.keys.gc();
        let k = keys.get(i);
        keys.clear_range(i, i + 1);
        self.hashes.gc().words_mut()[i] = REMOVED;
        self.used.set(self.len() - 1);
        k
    }

    /// Fresh free arrays of `slots` slots.
    fn install(&self, t: &Thread, slots: usize) -> R<()> {
        let arrays = RefArray::new(slots).zip(RawArray::new(slots * 8));
        let Some((keys, hashes)) = arrays else {
            return Err(errors::memory_error(t));
        };
        hashes.words_mut().fill(0);
        self.keys.put(self, keys);
        self.hashes.put(self, hashes);
        Ok(())
    }

    /// Room after the table became too full of elements, or of removed ones.
    pub(super) fn grow(&self, t: &Thread) -> R<()> {
        let n = self.len();
        self.resize(t, if n > 50_000 { n * 2 } else { n * 4 })
    }

    /// A table for more than `least` elements; squeezes out removed ones.
    pub(super) fn resize(&self, t: &Thread, least: usize) -> R<()> {
        let slots = (least + 1).next_power_of_two().max(SMALL);
        let Some(old) = self.keys.opt() else {
            return self.install(t, slots);
        };
        let hashes = self.hashes.gc();
        self.install(t, slots)?;
        for i in 0..old.len() {
            if let Some(k) = old.get(i).opt() {
                self.insert_clean(k, hashes.words()[i] as i64);
            }
        }
        self.fill.set(self.len());
        Ok(())
    }

    /// Puts in a key that is surely not there, in a table without removed ones.
    fn insert_clean(&self, key: Value, hash: i64) {
        let keys = self.keys.gc();
        let mut probe = Probe::new(hash, keys.len() - 1);
        loop {
            if let Some(i) = probe.run().find(|i| keys.get(*i).is_null()) {
                return self.put(i, key, hash);
            }
            probe.jump();
        }
    }

    /// Makes room before `more` elements come in.
    pub(super) fn expect(&self, t: &Thread, more: usize) -> R<()> {
        if (self.fill.get() + more) * 5 >= self.mask() * 3 {
            self.resize(t, (self.len() + more) * 2)?;
        }
        Ok(())
    }

    /// Adds all elements of another set.
    pub fn merge(&self, t: &Thread, other: Gc<Set>) -> R<()> {
        if std::ptr::eq(self, &*other) || other.is_empty() {
            return Ok(());
        }
        self.expect(t, other.len())?;
        if self.fill.get() != 0 {
            let mut at = 0;
            while let Some((k, h, next)) = other.next_slot(at) {
                self.add_hashed(t, k, h)?;
                at = next;
            }
            return Ok(());
        }
        if self.keys.opt().is_none() {
            self.install(t, SMALL)?;
        }
        if self.mask() == other.mask() && other.fill.get() == other.len() {
            self.odd.set(self.odd.get() | other.odd.get());
            let (keys, hashes) = (self.keys.gc(), self.hashes.gc());
            keys.copy_from(0, other.keys.gc().as_slice());
            hashes
                .words_mut()
                .copy_from_slice(other.hashes.gc().words());
        } else {
            for (k, h) in other.iter() {
                self.insert_clean(k, h);
            }
        }
        self.fill.set(other.len());
        self.used.set(other.len());
        Ok(())
    }

    /// Removes all elements.
    pub fn clear(&self) {
        self.keys.clear();
        self.hashes.clear();
        self.fill.set(0);
        self.used.set(0);
    }

    /// Removes surplus room when more than a quarter of the slots is removed ones.
    pub(super) fn tidy(&self, t: &Thread) -> R<()> {
        if self.fill.get() - self.len() > self.mask() / 4 {
            self.grow(t)?;
        }
        Ok(())
    }

    /// Takes over the contents of `other`, which nobody else uses.
    pub(super) fn take(&self, other: Gc<Set>) {
        match (other.keys.opt(), other.hashes.opt()) {
            (Some(k), Some(h)) => {
                self.keys.put(self, k);
                self.hashes.put(self, h);
            }
            _ => {
                self.keys.clear();
                self.hashes.clear();
            }
        }
        self.odd.set(other.odd.get());
        self.fill.set(other.fill.get());
        self.used.set(other.len());
    }

    /// A frozenset with the contents of `set`, which nobody else uses.
    pub fn frozen(set: Gc<Set>) -> Gc<Set> {
        let f = with_class(of_kind(kinds::FROZENSET));
        f.take(set);
        f
    }

    /// Bytes of the table, as CPython counts them.
    pub(super) fn table_bytes(&self) -> usize {
        match self.slots() {
            0..=SMALL => 0,
            n => n * 16,
        }
    }
}

/// The hash of an element; a `TypeError` says what it was for.
pub(super) fn element_hash(t: &Thread, v: Value) -> R<i64> {
    ops::hash(t, v).map_err(|e| unhashable(t, e, v, "set element"))
}

/// A `set` of the items of any iterable.
pub fn from_iterable(t: &Thread, v: Value) -> R<Gc<Set>> {
    let s = Set::new();
    update(t, s, v)?;
    Ok(s)
}

/// Adds the items of any iterable.
pub fn update(t: &Thread, s: Gc<Set>, v: Value) -> R<()> {
    if let Some(o) = any_set(v) {
        return s.merge(t, o);
    }
    if let Some(d) = v.cast_exact::<Dict>() {
        s.expect(t, d.len())?;
        let mut i = 0;
        while i < d.used() {
            if let Some((k, _)) = d.entry(i) {
                // Not by the hash that the dict keeps: it has 63 bits only.
                s.add(t, k)?;
            }
            i += 1;
        }
        return Ok(());
    }
    ops::for_each(t, v, |x| s.add(t, x))
}

/// `iter(set)`.
pub fn iterator(s: Gc<Set>) -> Value {
    Gc::new(SetIterator {
        header: Header::NEW,
        set: Field::of(s),
        at: Cell::new(0),
        len: Cell::new(s.len() as i64),
    })
    .value()
}

/// The next element.
pub fn next(t: &Thread, it: Value) -> R<Option<Value>> {
    let it: Gc<SetIterator> = Gc::from_value(it);
    let Some(s) = it.set.opt() else {
        return Ok(None);
    };
    if s.len() as i64 != it.len.get() {
        it.len.set(-1);
        return Err(errors::runtime_error(
            t,
            "Set changed size during iteration",
        ));
    }
    match s.next_slot(it.at.get()) {
        Some((k, _, next)) => {
            it.at.set(next);
            Ok(Some(k))
        }
        None => {
            it.set.clear();
            Ok(None)
        }
    }
}
