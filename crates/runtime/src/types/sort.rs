//! `list.sort`. It survives comparisons that raise or change the list. The types of the keys are looked at first, so that lists
//! of ints, floats or strings are compared without any dispatch.

use std::cmp::Ordering;

use pyjit_heap::{Gc, RefArray, Value};

use crate::core::ops::{self, Cmp};
use crate::core::thread::{R, Thread};
use crate::core::{call, errors};
use crate::types::list::List;
use crate::types::merge_sort;
use crate::types::str_::Str;

/// Sorts `list` in place by `key`.
pub fn sort(t: &Thread, list: Gc<List>, key: Option<Value>, reverse: bool) -> R<()> {
    // While it is being sorted the list appears empty, as in CPython.
    let work = List::new();
    work.swap_items(list);
    let result = sort_items(t, work, key, reverse);
    // Also when it is empty again.
    let modified = list.capacity() != 0;
    list.clear();
    list.swap_items(work);
    result?;
    if modified {
        return Err(errors::value_error(t, "list modified during sort"));
    }
    Ok(())
}

/// How keys can be compared without running Python code.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Keys {
    SmallInts,
    Floats,
    Strings,
    Any,
}

fn classify(keys: &[Value]) -> Keys {
    if keys.iter().all(|k| k.is_int()) {
        Keys::SmallInts
    } else if keys.iter().all(|k| k.is_float()) {
        Keys::Floats
    } else if keys.iter().all(|k| k.cast_exact::<Str>().is_some()) {
        Keys::Strings
    } else {
        Keys::Any
    }
}

fn sort_items(t: &Thread, items: Gc<List>, key: Option<Value>, reverse: bool) -> R<()> {
    let n = items.len();
    let keys = match key {
        None => items,
        Some(f) => {
            let keys = List::new();
            keys.reserve(t, n)?;
            for i in 0..n {
                keys.push(t, call::call(t, f, &[items.get(i)])?)?;
            }
            keys
        }
    };
    let (order, result) = order(t, keys, reverse);
    let Some(sorted) = RefArray::new(n) else {
        return Err(errors::memory_error(t));
    };
    for (to, from) in order.iter().enumerate() {
        sorted.set(to, items.get(*from as usize));
    }
    items.splice(t, 0, n, sorted.as_slice())?;
    result
}

/// The stable permutation that sorts `keys` by what `part` says of each:
/// short keys that lie side by side with the numbers of their items.
fn by_keys<K>(
    keys: &[Value],
    reverse: bool,
    part: impl Fn(Value) -> K,
    compare: impl Fn(&(K, u32), &(K, u32)) -> Ordering,
) -> Vec<u32> {
    let numbered = keys.iter().zip(0..);
    let mut all: Vec<(K, u32)> = numbered.map(|(k, i)| (part(*k), i)).collect();
    if reverse {
        all.sort_by(|a, b| compare(b, a));
    } else {
        all.sort_by(compare);
    }
    all.into_iter().map(|(_, i)| i).collect()
}

/// The first eight bytes of a string as a number that compares as they do.
fn first_bytes(s: Value) -> u64 {
    let s: Gc<Str> = Gc::from_value(s);
    let (bytes, mut word) = (s.bytes(), [0; 8]);
    let n = bytes.len().min(8);
    word[..n].copy_from_slice(&bytes[..n]);
    u64::from_be_bytes(word)
}

/// The stable permutation that sorts `keys`; after an error, one on the way there.
fn order(t: &Thread, keys: Gc<List>, reverse: bool) -> (Vec<u32>, R<()>) {
    let n = keys.len();
    let mut order: Vec<u32> = (0..n as u32).collect();
    let k = keys.items();
    match classify(k) {
        Keys::SmallInts => {
            order = by_keys(k, reverse, |v| v.as_int(), |a, b| a.0.cmp(&b.0));
        }
        Keys::Floats => {
            let compare = |a: &(f64, u32), b: &(f64, u32)| a.0.partial_cmp(&b.0);
            order = by_keys(k, reverse, Value::as_float, |a, b| {
                compare(a, b).unwrap_or(Ordering::Equal)
            });
        }
        Keys::Strings => {
            let text = |i: u32| Gc::<Str>::from_value(k[i as usize]);
            order = by_keys(k, reverse, first_bytes, |a, b| {
                a.0.cmp(&b.0)
                    .then_with(|| text(a.1).bytes().cmp(text(b.1).bytes()))
            });
        }
        Keys::Any => {
            // Descending: reversed before and after, which keeps equal items in order.
            if reverse {
                order.reverse();
            }
            let less = |a: u32, b: u32| {
                ops::compare_bool(t, Cmp::Lt, keys.get(a as usize), keys.get(b as usize))
            };
            let result = merge_sort::sort(&mut order, less);
            if reverse {
                order.reverse();
            }
            return (order, result);
        }
    }
    (order, Ok(()))
}
