//! Magnitudes: unsigned arithmetic on limb slices, least significant limb first.
//!
//! Everything here writes into memory given by the caller, allocates nothing, and is either linear
//! or schoolbook. Sign, size limits and the big algorithms are the callers' business.

use std::cmp::Ordering;

/// `limbs` without its leading zeros.
#[inline]
pub fn trimmed(limbs: &[u64]) -> &[u64] {
    let mut n = limbs.len();
    while n > 0 && limbs[n - 1] == 0 {
        n -= 1;
    }
    &limbs[..n]
}

/// The value, if it has at most two limbs.
#[inline(always)]
pub fn to_u128(a: &[u64]) -> Option<u128> {
    match *a {
        [] => Some(0),
        [low] => Some(low as u128),
        [low, high] => Some(low as u128 | (high as u128) << 64),
        _ => None,
    }
}

/// Compares two trimmed magnitudes.
#[inline]
pub fn cmp(a: &[u64], b: &[u64]) -> Ordering {
    a.len()
        .cmp(&b.len())
        .then_with(|| a.iter().rev().cmp(b.iter().rev()))
}

/// Number of bits of a trimmed magnitude.
#[inline]
pub fn bit_length(a: &[u64]) -> u64 {
    match a.last() {
        Some(top) => a.len() as u64 * 64 - u64::from(top.leading_zeros()),
        None => 0,
    }
}

/// Trailing zero bits of a non-zero magnitude.
pub fn trailing_zeros(a: &[u64]) -> u64 {
    let skip = a.iter().take_while(|&&limb| limb == 0).count();
    skip as u64 * 64
        + a.get(skip)
            .map_or(0, |limb| u64::from(limb.trailing_zeros()))
}

/// Is a bit below position `bits` set?
pub fn any_bit_below(a: &[u64], bits: u64) -> bool {
    let words = (bits / 64) as usize;
    if words >= a.len() {
        return a.iter().any(|&limb| limb != 0);
    }
    let rest = (bits % 64) as u32;
    a[..words].iter().any(|&limb| limb != 0) || (rest > 0 && a[words] << (64 - rest) != 0)
}

/// `out = a + b`; `a` is not shorter than `b`, `out` has one limb more than `a`.
#[inline]
pub fn add(out: &mut [u64], a: &[u64], b: &[u64]) {
    let (low, high) = a.split_at(b.len());
    let mut carry = false;
    for ((o, &x), &y) in out.iter_mut().zip(low).zip(b) {
        (*o, carry) = x.carrying_add(y, carry);
    }
    for (o, &x) in out[b.len()..].iter_mut().zip(high) {
        (*o, carry) = x.overflowing_add(u64::from(carry));
    }
    out[a.len()] = u64::from(carry);
}

/// `out = a - b` for `a >= b`; `out` is as long as `a`.
#[inline]
pub fn sub(out: &mut [u64], a: &[u64], b: &[u64]) {
    let (low, high) = a.split_at(b.len());
    let mut borrow = false;
    for ((o, &x), &y) in out.iter_mut().zip(low).zip(b) {
        (*o, borrow) = x.borrowing_sub(y, borrow);
    }
    for (o, &x) in out[b.len()..].iter_mut().zip(high) {
        (*o, borrow) = x.overflowing_sub(u64::from(borrow));
    }
    debug_assert!(!borrow);
}

/// `a += 1`; true if it wrapped to zero.
#[inline]
pub fn increment(a: &mut [u64]) -> bool {
    for limb in a {
        *limb = limb.wrapping_add(1);
        if *limb != 0 {
            return false;
        }
    }
    true
}

/// Two's complement negation in place.
pub fn negate(a: &mut [u64]) {
    let mut carry = true;
    for limb in a {
        (*limb, carry) = (!*limb).overflowing_add(u64::from(carry));
    }
}

/// `out = a * b`, schoolbook; `b` is not empty, `out` is as long as both together.
#[inline]
pub fn mul(out: &mut [u64], a: &[u64], b: &[u64]) {
    let mut carry = 0;
    for (o, &x) in out.iter_mut().zip(a) {
        (*o, carry) = x.carrying_mul(b[0], carry);
    }
    out[a.len()] = carry;
    for (i, &y) in b.iter().enumerate().skip(1) {
        let row = &mut out[i..=i + a.len()];
        let mut carry = 0;
        for (o, &x) in row.iter_mut().zip(a) {
            (*o, carry) = x.carrying_mul_add(y, carry, *o);
        }
        row[a.len()] = carry;
    }
}

/// `a = a * factor + carry`; the limb that sticks out is returned.
#[inline]
pub fn mul_small(a: &mut [u64], factor: u64, mut carry: u64) -> u64 {
    for limb in a {
        (*limb, carry) = limb.carrying_mul(factor, carry);
    }
    carry
}

/// The reciprocal by which [`div_2_by_1`] divides; the top bit of `d` is set.
#[inline]
pub const fn reciprocal(d: u64) -> u64 {
    (((!d as u128) << 64 | u64::MAX as u128) / d as u128) as u64
}

/// `(high:low) / d` by the reciprocal `v` of the normalised `d`; `high < d`.
/// Moeller and Granlund, "Improved division by invariant integers", algorithm 4.
#[inline(always)]
pub const fn div_2_by_1(high: u64, low: u64, d: u64, v: u64) -> (u64, u64) {
    let q = (v as u128) * (high as u128) + ((high as u128) << 64 | low as u128);
    let mut q1 = ((q >> 64) as u64).wrapping_add(1);
    let mut r = low.wrapping_sub(q1.wrapping_mul(d));
    if r > q as u64 {
        q1 = q1.wrapping_sub(1);
        r = r.wrapping_add(d);
    }
    if r >= d {
        q1 = q1.wrapping_add(1);
        r -= d;
    }
    (q1, r)
}

/// Divides by one limb: quotient into `q` (as long as `a`), remainder returned; `d != 0`.
pub fn div_small(q: &mut [u64], a: &[u64], d: u64) -> u64 {
    let shift = d.leading_zeros();
    let (d, v) = (d << shift, reciprocal(d << shift));
    let mut r = 0;
    let mut above = 0;
    if shift == 0 {
        for (o, &x) in q.iter_mut().zip(a).rev() {
            (*o, r) = div_2_by_1(r, x, d, v);
        }
        return r;
    }
    // Quotient limbs come out one step late: each needs bits of the limb below.
    for i in (0..=a.len()).rev() {
        let x = if i > 0 { a[i - 1] } else { 0 };
        let limb = above << shift | x >> (64 - shift);
        let (digit, rest) = div_2_by_1(r, limb, d, v);
        if i < a.len() {
            q[i] = digit;
        }
        r = rest;
        above = x;
    }
    r >> shift
}

/// Remainder by one limb.
pub fn rem_small(a: &[u64], d: u64) -> u64 {
    let shift = d.leading_zeros();
    let (d, v) = (d << shift, reciprocal(d << shift));
    let mut r = match a.last() {
        Some(top) if shift > 0 => top >> (64 - shift),
        _ => 0,
    };
    for i in (0..a.len()).rev() {
        let below = if i > 0 && shift > 0 {
            a[i - 1] >> (64 - shift)
        } else {
            0
        };
        r = div_2_by_1(r, a[i] << shift | below, d, v).1;
    }
    r >> shift
}

/// Knuth's algorithm D. `u` (dividend, one spare limb on top) and `v` (divisor, at least two
/// limbs) are shifted so that `v`'s top bit is set; the remainder is left in `u`, the quotient has
/// `u.len() - v.len()` limbs.
pub fn div_knuth(q: &mut [u64], u: &mut [u64], v: &[u64]) {
    let n = v.len();
    let (d1, d0) = (v[n - 1], v[n - 2]);
    let recip = reciprocal(d1);
    for j in (0..u.len() - n).rev() {
        let window = &mut u[j..=j + n];
        let mut digit = quotient_digit(window, d1, d0, recip);
        let mut carry = 0;
        let mut borrow = false;
        for (x, &y) in window.iter_mut().zip(v) {
            let low;
            (low, carry) = y.carrying_mul(digit, carry);
            (*x, borrow) = x.borrowing_sub(low, borrow);
        }
        (window[n], borrow) = window[n].borrowing_sub(carry, borrow);
        if borrow {
            digit -= 1;
            let mut carry = false;
            for (x, &y) in window.iter_mut().zip(v) {
                (*x, carry) = x.carrying_add(y, carry);
            }
            window[n] = window[n].wrapping_add(u64::from(carry));
        }
        q[j] = digit;
    }
}

/// The next quotient limb, at most one too large.
#[inline]
fn quotient_digit(window: &[u64], d1: u64, d0: u64, recip: u64) -> u64 {
    let n = window.len() - 1;
    let (u2, u1, u0) = (window[n], window[n - 1], window[n - 2]);
    let (mut digit, mut rest, mut fits);
    if u2 >= d1 {
        digit = u64::MAX;
        (rest, fits) = u1.overflowing_add(d1);
    } else {
        (digit, rest) = div_2_by_1(u2, u1, d1, recip);
        fits = false;
    }
    // `fits`: the remainder has outgrown a limb, so the digit can't be too large by d0 any more.
    while !fits && u128::from(digit) * u128::from(d0) > (u128::from(rest) << 64 | u128::from(u0)) {
        digit -= 1;
        (rest, fits) = rest.overflowing_add(d1);
    }
    digit
}

/// `out = a << shift` for `shift < 64`; the bits that stick out are returned.
#[inline]
pub fn shl_bits(out: &mut [u64], a: &[u64], shift: u32) -> u64 {
    if shift == 0 {
        out[..a.len()].copy_from_slice(a);
        return 0;
    }
    let mut below = 0;
    for (o, &x) in out.iter_mut().zip(a) {
        *o = x << shift | below >> (64 - shift);
        below = x;
    }
    below >> (64 - shift)
}

/// `out = a >> shift` for `shift < 64`.
#[inline]
pub fn shr_bits(out: &mut [u64], a: &[u64], shift: u32) {
    if shift == 0 {
        out[..a.len()].copy_from_slice(a);
        return;
    }
    for i in 0..a.len() {
        let above = if i + 1 < a.len() { a[i + 1] } else { 0 };
        out[i] = a[i] >> shift | above << (64 - shift);
    }
}
