//! The write barrier's slow half, and what it remembers.
//!
//! An old object that gets a reference is *logged*: put on a list that the
//! next collection scans, its header byte cleared so that further stores cost
//! one test. For stores to arrays of 1 KB and more, a card is remembered
//! instead, and the header byte stays; many such stores log the array after all.
//!
//! A card's byte has bit 1 for the object that covers the card's first byte
//! and bit 2 for one that starts inside; no third object of that size fits.

use crate::heap::{Heap, heap};
use crate::mark::{Obj, UNLOGGED, for_ref_words};
use crate::region::{CARD, LOG_CARD};
use crate::shape;
use crate::value::Value;

/// Objects of this many granules and more use cards.
const CARDED: u64 = 64;
/// What a store through the slow half earns in words to scan.
const EARNED: usize = 8;
/// More cards than this in one store log the whole object.
const MANY_CARDS: usize = 64;

#[derive(Default)]
pub struct Remembered {
    objects: Vec<Obj>,
    cards: Vec<(Obj, usize)>,
    /// Words that may be scanned in place of further slow stores.
    credit: usize,
}

/// Slow half of the write barrier: logs an old object that got a new reference.
#[cold]
#[inline(never)]
pub fn barrier_slow(owner: Value) {
    log(Obj::of(owner));
}

fn log(o: Obj) {
    let byte = o.byte();
    if byte & UNLOGGED != 0 {
        o.set_byte(byte & !UNLOGGED);
        heap().remembered.objects.push(o);
    }
}

/// Slow half of the barrier for one word of an array: `v` goes to address `slot`.
#[cold]
#[inline(never)]
pub fn barrier_slot(owner: Value, slot: usize, v: Value) {
    let o = Obj::of(owner);
    if o.header().granules() < CARDED {
        return log(o);
    }
    let h = heap();
    // A busy array is logged as a whole once that costs no more than the
    // stores through here did.
    h.remembered.credit += EARNED;
    let words = o.header().granules() as usize * 2;
    if h.remembered.credit >= words {
        h.remembered.credit -= words;
        return log(o);
    }
    if !v.is_ptr() || !h.marker.marking && Obj::of(v).epoch() != 0 {
        return;
    }
    h.dirty_card(o, slot);
}

/// Slow half of the barrier for the words of an array at `[from, to)`.
#[cold]
#[inline(never)]
pub fn barrier_range(owner: Value, from: usize, to: usize) {
    let o = Obj::of(owner);
    if o.header().granules() < CARDED || to - from > MANY_CARDS * CARD {
        return log(o);
    }
    let mut at = from;
    while at < to {
        heap().dirty_card(o, at);
        at = (at | (CARD - 1)) + 1;
    }
}

impl Heap {
    #[inline]
    fn dirty_card(&mut self, o: Obj, at: usize) {
        if !self.region.contains(at) {
            return log(o);
        }
        let start = at & !(CARD - 1);
        let bit = if o.0 < start { 1 } else { 2 };
        let card = self.region.card(at);
        // SAFETY: the byte of a card inside the region.
        unsafe {
            if *card & bit == 0 {
                *card |= bit;
                self.remembered.cards.push((o, start));
            }
        }
    }

    /// Visits what was remembered, and arms the barrier again.
    pub fn scan_remembered(&mut self) {
        self.remembered.credit = 0;
        let mut objects = std::mem::take(&mut self.remembered.objects);
        for &o in &objects {
            self.scan_minor(o);
            o.set_byte(o.byte() | UNLOGGED);
        }
        objects.clear();
        self.remembered.objects = objects;
        let mut cards = std::mem::take(&mut self.remembered.cards);
        for &(o, start) in &cards {
            self.scan_card(o, start);
            // SAFETY: the byte of a card inside the region.
            unsafe { *self.region.card(start) = 0 }
        }
        cards.clear();
        self.remembered.cards = cards;
    }

    fn scan_card(&mut self, o: Obj, start: usize) {
        let refs = shape::refs(o.header().shape_id());
        let words = self.size(o) / 8;
        let from = start.saturating_sub(o.0) / 8;
        let to = ((start + CARD - o.0) / 8).min(words);
        for i in from.max(1)..to {
            let i32 = i as u32;
            if (refs.from <= i32 && i32 < refs.to) || i32 >= refs.tail {
                self.visit(false, o.word(i));
            }
        }
    }

    /// Is the word at address `slot` of the old object `o` remembered?
    pub fn is_remembered(&self, o: Obj, slot: usize) -> bool {
        if o.byte() & UNLOGGED == 0 {
            return true;
        }
        let start = slot & !(CARD - 1);
        let bit = if o.0 < start { 1 } else { 2 };
        // SAFETY: the byte of a card inside the region.
        self.region.contains(slot) && unsafe { *self.region.card(slot) } & bit != 0
    }

    /// The references of `o`, with their word numbers.
    pub fn references(&self, o: Obj, mut f: impl FnMut(usize, Value)) {
        let refs = shape::refs(o.header().shape_id());
        for_ref_words(&refs, self.size(o) / 8, |i| {
            let v = o.word(i);
            if v.is_ptr() {
                f(i, v);
            }
        });
    }
}

const _: () = assert!(CARD == 1 << LOG_CARD && CARDED as usize * 16 >= 2 * CARD);
