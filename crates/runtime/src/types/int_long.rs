//! Arithmetic of long ints whose results are written straight into the heap
//! object: what takes linear time, and schoolbook multiplication.

use pyjit_heap::Value;

use super::int;
use crate::bigint::{IntRef, MAX_LIMBS, SCHOOLBOOK, mag};

/// Results of fewer limbs go the other way, which makes small ints of them.
const LONG: usize = 5;

/// `a + b`, if it is long.
pub fn add(a: IntRef, b: IntRef) -> Option<Value> {
    let (long, short) = if a.mag.len() >= b.mag.len() {
        (a, b)
    } else {
        (b, a)
    };
    let n = long.mag.len();
    if !(LONG..MAX_LIMBS).contains(&n) {
        return None;
    }
    if a.negative == b.negative {
        return Some(int::filled(n + 1, |out| {
            mag::add(out, long.mag, short.mag);
            a.negative
        }));
    }
    let (large, small) = match mag::cmp(long.mag, short.mag).is_lt() {
        true => (short, long),
        false => (long, short),
    };
    Some(int::filled(n, |out| {
        mag::sub(out, large.mag, small.mag);
        large.negative
    }))
}

/// `a - b`, if it is long.
pub fn sub(a: IntRef, b: IntRef) -> Option<Value> {
    // A zero may be negative here: it is the shorter one.
    let negative = !b.negative;
    add(
        a,
        IntRef {
            negative,
            mag: b.mag,
        },
    )
}

/// `a * b`, if it is long and one factor is not too long.
pub fn mul(a: IntRef, b: IntRef) -> Option<Value> {
    let (long, short) = if a.mag.len() >= b.mag.len() {
        (a.mag, b.mag)
    } else {
        (b.mag, a.mag)
    };
    let n = long.len() + short.len();
    if short.is_empty() || short.len() > SCHOOLBOOK || !(LONG..MAX_LIMBS).contains(&n) {
        return None;
    }
    Some(int::filled(n, |out| {
        mag::mul(out, long, short);
        a.negative != b.negative
    }))
}

/// `a // b` of a long `a` and one limb.
pub fn floordiv(a: IntRef, b: IntRef) -> Option<Value> {
    let &[d] = b.mag else { return None };
    if a.mag.len() < LONG || a.negative != b.negative {
        return None;
    }
    Some(int::filled(a.mag.len(), |out| {
        mag::div_small(out, a.mag, d);
        false
    }))
}
