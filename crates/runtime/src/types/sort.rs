//! `list.sort`: a stable merge sort that survives comparisons that raise or
//! change the list. The types of the keys are looked at first, so that lists
//! of ints, floats or strings are compared without any dispatch.

use std::cmp::Ordering;

use pyjit_heap::{Gc, RefArray, Value};

use crate::core::ops::{self, Cmp};
use crate::core::thread::{R, Thread};
use crate::core::{call, errors};
use crate::types::list::List;
use crate::types::str_::Str;

/// Sorts `list` in place by `key`.
pub fn sort(t: &Thread, list: Gc<List>, key: Option<Value>, reverse: bool) -> R<()> {
    // While it is being sorted the list appears empty, as in CPython.
    let work = List::new();
    work.swap_items(list);
    let result = sort_items(t, work, key, reverse);
    let modified = !list.is_empty();
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
    let Some(order) = order(t, keys, reverse)? else {
        return Ok(());
    };
    let Some(sorted) = RefArray::new(n) else {
        return Err(errors::memory_error(t));
    };
    for (to, from) in order.iter().enumerate() {
        sorted.set(to, items.get(*from as usize));
    }
    items.splice(t, 0, n, sorted.as_slice())
}

/// The stable permutation that sorts `keys`; `None` when they are in order.
fn order(t: &Thread, keys: Gc<List>, reverse: bool) -> R<Option<Vec<u32>>> {
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
        Keys::Any => merge_sort(t, keys, &mut order, reverse)?,
    }
    Ok(Some(order))
}

/// Runs of at least this many items are sorted by insertion.
const RUN: usize = 24;

/// Merge sort by `<` only. Descending: the items are reversed before and
/// after, which keeps equal items in order.
fn merge_sort(t: &Thread, keys: Gc<List>, order: &mut [u32], reverse: bool) -> R<()> {
    if reverse {
        order.reverse();
    }
    let less =
        |a: u32, b: u32| ops::compare_bool(t, Cmp::Lt, keys.get(a as usize), keys.get(b as usize));
    let n = order.len();
    if !ascending(order, &less)? {
        for run in order.chunks_mut(RUN) {
            insertion(run, &less)?;
        }
        let mut from = order.to_vec();
        let mut width = RUN;
        while width < n {
            from.copy_from_slice(order);
            for lo in (0..n).step_by(width * 2) {
                let (mid, hi) = ((lo + width).min(n), (lo + width * 2).min(n));
                merge(&from[lo..mid], &from[mid..hi], &mut order[lo..hi], &less)?;
            }
            width *= 2;
        }
    }
    if reverse {
        order.reverse();
    }
    Ok(())
}

fn ascending(order: &[u32], less: &impl Fn(u32, u32) -> R<bool>) -> R<bool> {
    for w in order.windows(2) {
        if less(w[1], w[0])? {
            return Ok(false);
        }
    }
    Ok(true)
}

fn insertion(run: &mut [u32], less: &impl Fn(u32, u32) -> R<bool>) -> R<()> {
    for i in 1..run.len() {
        let x = run[i];
        let (mut lo, mut hi) = (0, i);
        while lo < hi {
            let mid = (lo + hi) / 2;
            if less(x, run[mid])? {
                hi = mid;
            } else {
                lo = mid + 1;
            }
        }
        run.copy_within(lo..i, lo + 1);
        run[lo] = x;
    }
    Ok(())
}

fn merge(a: &[u32], b: &[u32], out: &mut [u32], less: &impl Fn(u32, u32) -> R<bool>) -> R<()> {
    if b.is_empty() || a.is_empty() || !less(b[0], a[a.len() - 1])? {
        out[..a.len()].copy_from_slice(a);
        out[a.len()..].copy_from_slice(b);
        return Ok(());
    }
    let (mut i, mut j) = (0, 0);
    for slot in out {
        let take_b = i == a.len() || (j < b.len() && less(b[j], a[i])?);
        *slot = if take_b { b[j] } else { a[i] };
        if take_b {
            j += 1;
        } else {
            i += 1;
        }
    }
    Ok(())
}
