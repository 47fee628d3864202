//! The pickler's memo: which objects it has written, and under which number.
//!
//! Objects never move, so the key is the word of the value. The table is raw
//! memory; a list keeps the objects alive.

use pyjit_heap::{Field, Gc, RawArray, Value};
use pyjit_runtime::core::errors;
use pyjit_runtime::types::list::List;
use pyjit_runtime::{R, Thread};

use super::pickler::Pickler;

const FIRST: usize = 64;

fn slot_of(words: &[u64], key: u64) -> usize {
    let mask = words.len() / 2 - 1;
    let mut i = (key.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32) as usize & mask;
    while words[2 * i] != 0 && words[2 * i] != key {
        i = (i + 1) & mask;
    }
    i
}

fn table(t: &Thread, slots: usize) -> R<Gc<RawArray>> {
    let a = RawArray::new(slots * 16).ok_or_else(|| errors::memory_error(t))?;
    a.words_mut().fill(0);
    Ok(a)
}

fn raw(f: &Field) -> Option<Gc<RawArray>> {
    f.get().opt().map(Gc::from_value)
}

/// The number of `v`.
#[inline]
pub fn get(p: Gc<Pickler>, v: Value) -> Option<u64> {
    let table = raw(&p.table)?;
    let words = table.words();
    let i = slot_of(words, v.0);
    (words[2 * i] == v.0).then(|| words[2 * i + 1])
}

/// Enters `v` under `number`.
pub fn put(t: &Thread, p: Gc<Pickler>, v: Value, number: u64) -> R<()> {
    let used = p.memo_len.get() as usize;
    let old = match raw(&p.table) {
        Some(a) => a,
        None => {
            let a = table(t, FIRST)?;
            p.table.set(p, a.value());
            p.kept.set(p, List::new().value());
            a
        }
    };
    let slots = old.words().len() / 2;
    let mut now = old;
    if (used + 1) * 3 > slots * 2 {
        now = table(t, slots * 4)?;
        for pair in old.words().chunks_exact(2).filter(|p| p[0] != 0) {
            let i = slot_of(now.words(), pair[0]);
            now.words_mut()[2 * i..2 * i + 2].copy_from_slice(pair);
        }
        p.table.set(p, now.value());
    }
    let i = slot_of(now.words(), v.0);
    let words = now.words_mut();
    if words[2 * i] == 0 {
        p.memo_len.set(used as i64 + 1);
    }
    words[2 * i..2 * i + 2].copy_from_slice(&[v.0, number]);
    Gc::<List>::from_value(p.kept.get()).push(t, v)
}

/// Forgets everything.
pub fn clear(p: Gc<Pickler>) {
    p.table.clear();
    p.kept.clear();
    p.memo_len.set(0);
}

/// All objects with their numbers, in the order they were entered.
pub fn entries(p: Gc<Pickler>) -> Vec<(u64, usize)> {
    let Some(kept) = p.kept.get().opt() else {
        return Vec::new();
    };
    let kept: Gc<List> = Gc::from_value(kept);
    let known = (0..kept.len()).filter_map(|i| Some((get(p, kept.get(i))?, i)));
    known.collect()
}

/// Object `i` of those that [`entries`] names.
pub fn object(p: Gc<Pickler>, i: usize) -> Value {
    Gc::<List>::from_value(p.kept.get()).get(i)
}
