//! `_bisect`: binary search in sorted sequences.

use pyjit_heap::Value;
use pyjit_runtime::core::ops::{self, Cmp};
use pyjit_runtime::core::{call, errors};
use pyjit_runtime::types::int;
use pyjit_runtime::types::list::List;
use pyjit_runtime::{R, Thread};

use crate::native_module;

/// Where `x` (already a key) belongs: behind equal items if `right`.
fn search(
    t: &Thread,
    a: Value,
    x: Value,
    (lo, hi): (Option<i64>, Option<Value>),
    key: Option<Value>,
    right: bool,
) -> R<i64> {
    let mut lo = lo.unwrap_or(0);
    if lo < 0 {
        return Err(errors::value_error(t, "lo must be non-negative"));
    }
    let mut hi = match hi.filter(|h| !h.is_none()) {
        Some(h) => ops::index_i64(t, h)?,
        None => ops::len(t, a)? as i64,
    };
    while lo < hi {
        let middle = lo + (hi - lo) / 2;
        let mut v = ops::getitem(t, a, int::from_i64(t, middle))?;
        if let Some(k) = key {
            v = call::call(t, k, &[v])?;
        }
        let go_left = if right {
            ops::compare_bool(t, Cmp::Lt, x, v)?
        } else {
            !ops::compare_bool(t, Cmp::Lt, v, x)?
        };
        if go_left {
            hi = middle;
        } else {
            lo = middle + 1;
        }
    }
    Ok(lo)
}
fn given(key: Option<Value>) -> Option<Value> {
    key.filter(|k| !k.is_none())
}
macro_rules! functions {
    ($($bisect:ident $insort:ident $right:literal;)*) => { $(
        fn $bisect(t: &Thread, a: Value, x: Value, lo: Option<i64>, hi: Option<Value>, key: Option<Value>) -> R<i64> {
            search(t, a, x, (lo, hi), given(key), $right)
        }
        fn $insort(t: &Thread, a: Value, x: Value, lo: Option<i64>, hi: Option<Value>, key: Option<Value>) -> R<()> {
            let key = given(key);
            let k = match key {
                Some(f) => call::call(t, f, &[x])?,
                None => x,
            };
            let i = search(t, a, k, (lo, hi), key, $right)?;
            if let Some(l) = a.cast_exact::<List>() {
                let at = (i as usize).min(l.len());
                return l.splice(t, at, at, &[x]);
            }
            call::call_attr(t, a, "insert", &[int::from_i64(t, i), x]).map(drop)
        }
    )* };
}
functions! {
    bisect_left insort_left false;
    bisect_right insort_right true;
}

native_module! {
    /// Bisection algorithms.
    ///
    /// This module provides support for maintaining a list in sorted order without
    /// having to sort the list after each insertion. For long lists of items with
    /// expensive comparison operations, this can be an improvement over the more
    /// common approach.
    pub MODULE = "_bisect";
    functions {
        /// Return the index where to insert item x in list a, assuming a is sorted.
        bisect_right(a, x, lo=0, hi=None, *, key=None) => bisect_right;
        /// Insert item x in list a, and keep it sorted assuming a is sorted.
        insort_right(a, x, lo=0, hi=None, *, key=None) => insort_right;
        /// Return the index where to insert item x in list a, assuming a is sorted.
        bisect_left(a, x, lo=0, hi=None, *, key=None) => bisect_left;
        /// Insert item x in list a, and keep it sorted assuming a is sorted.
        insort_left(a, x, lo=0, hi=None, *, key=None) => insort_left;
    }
}
