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

/// The stable permutation that sorts `keys`; after an error, one on the way there.
fn order(t: &Thread, keys: Gc<List>, reverse: bool) -> (Vec<u32>, R<()>) {
    let n = keys.len();
    let mut order: Vec<u32> = (0..n as u32).collect();
    let k = keys.items();
    let by = |o: Ordering| if reverse { o.reverse() } else { o };
    match classify(k) {
        Keys::SmallInts => {
            order.sort_by(|a, b| by((k[*a as usize].0 as i64).cmp(&(k[*b as usize].0 as i64))))
        }
        Keys::Floats => order.sort_by(|a, b| {
            let (x, y) = (k[*a as usize].as_float(), k[*b as usize].as_float());
            by(x.partial_cmp(&y).unwrap_or(Ordering::Equal))
        }),
        Keys::Strings => {
            let text = |i: u32| Gc::<Str>::from_value(k[i as usize]);
            order.sort_by(|a, b| by(text(*a).bytes().cmp(text(*b).bytes())))
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
