//! Shifts and bitwise operations: negative numbers behave as infinite two's complement.

use super::error::{NEGATIVE_SHIFT, NumResult, TOO_LARGE, TOO_MANY_DIGITS};
use super::limbs::{Limbs, MAX_BITS};
use super::{Int, IntRef, arith, mag};

/// `a << count`.
pub fn shl(a: IntRef, count: IntRef) -> NumResult<Int> {
    if count.negative {
        return Err(NEGATIVE_SHIFT);
    }
    if a.is_zero() {
        return Ok(Int::zero());
    }
    // A count beyond 63 bits can't be named by an index: another error than for one that is
    // merely more than the memory holds.
    let count = count.to_i64().ok_or(TOO_MANY_DIGITS)?;
    shl_by(a, count as u64)
}

/// `a << count` for a count already known.
pub fn shl_by(a: IntRef, count: u64) -> NumResult<Int> {
    if a.is_zero() {
        return Ok(Int::zero());
    }
    if count.saturating_add(mag::bit_length(a.mag)) > MAX_BITS {
        return Err(TOO_LARGE);
    }
    let words = (count / 64) as usize;
    let mut out = Limbs::zeroed(a.mag.len() + words + 1)?;
    let high = &mut out.as_mut_slice()[words..];
    high[a.mag.len()] = mag::shl_bits(high, a.mag, (count % 64) as u32);
    Ok(Int::from_limbs(a.negative, out))
}

/// `a >> count`, rounding down.
pub fn shr(a: IntRef, count: IntRef) -> NumResult<Int> {
    if count.negative {
        return Err(NEGATIVE_SHIFT);
    }
    shr_by(a, count.to_u64().unwrap_or(u64::MAX))
}

/// `a >> count` for a count already known.
pub fn shr_by(a: IntRef, count: u64) -> NumResult<Int> {
    if count >= mag::bit_length(a.mag) {
        return Ok(Int::from(-i64::from(a.negative)));
    }
    let words = (count / 64) as usize;
    let kept = &a.mag[words..];
    let round_down = a.negative && mag::any_bit_below(a.mag, count);
    let mut out = Limbs::zeroed(kept.len() + usize::from(round_down))?;
    let limbs = out.as_mut_slice();
    mag::shr_bits(limbs, kept, (count % 64) as u32);
    if round_down {
        mag::increment(limbs);
    }
    Ok(Int::from_limbs(a.negative, out))
}

/// `~a`.
pub fn invert(a: IntRef) -> NumResult<Int> {
    Ok(arith::add(a, IntRef::ONE)?.negated())
}

/// `a & b`.
pub fn and(a: IntRef, b: IntRef) -> NumResult<Int> {
    if !a.negative && !b.negative {
        let mut out = Limbs::zeroed(a.mag.len().min(b.mag.len()))?;
        for ((o, x), y) in out.as_mut_slice().iter_mut().zip(a.mag).zip(b.mag) {
            *o = x & y;
        }
        return Ok(Int::from_limbs(false, out));
    }
    signed(a, b, |x, y| x & y)
}

/// `a | b`.
pub fn or(a: IntRef, b: IntRef) -> NumResult<Int> {
    if !a.negative && !b.negative {
        unsigned(a, b, |x, y| x | y)
    } else {
        signed(a, b, |x, y| x | y)
    }
}

/// `a ^ b`.
pub fn xor(a: IntRef, b: IntRef) -> NumResult<Int> {
    if !a.negative && !b.negative {
        unsigned(a, b, |x, y| x ^ y)
    } else {
        signed(a, b, |x, y| x ^ y)
    }
}

/// `|` and `^` of two numbers that are not negative: the longer one's top limbs stay.
#[inline]
fn unsigned(a: IntRef, b: IntRef, op: impl Fn(u64, u64) -> u64) -> NumResult<Int> {
    let (long, short) = if a.mag.len() >= b.mag.len() {
        (a.mag, b.mag)
    } else {
        (b.mag, a.mag)
    };
    let mut out = Limbs::from_slice(long)?;
    for (o, y) in out.as_mut_slice().iter_mut().zip(short) {
        *o = op(*o, *y);
    }
    Ok(Int::from_limbs(false, out))
}

/// Any bitwise operation: to two's complement, limb by limb, and back.
#[inline]
fn signed(a: IntRef, b: IntRef, op: impl Fn(u64, u64) -> u64) -> NumResult<Int> {
    let mut x = TwosComplement::new(a);
    let mut y = TwosComplement::new(b);
    let negative = op(x.flip, y.flip) != 0;
    let common = a.mag.len().min(b.mag.len());
    let mut out = Limbs::zeroed(a.mag.len().max(b.mag.len()) + 1)?;
    let limbs = out.as_mut_slice();
    for ((limb, &p), &q) in limbs.iter_mut().zip(a.mag).zip(b.mag) {
        *limb = op(x.next(p), y.next(q));
    }
    for (i, limb) in limbs.iter_mut().enumerate().skip(common) {
        let p = x.next(a.mag.get(i).copied().unwrap_or(0));
        let q = y.next(b.mag.get(i).copied().unwrap_or(0));
        *limb = op(p, q);
    }
    if negative {
        mag::negate(limbs);
    }
    Ok(Int::from_limbs(negative, out))
}

/// Turns magnitude limbs into two's complement limbs, lowest first.
struct TwosComplement {
    flip: u64,
    carry: bool,
}

impl TwosComplement {
    fn new(value: IntRef) -> Self {
        Self {
            flip: if value.negative { u64::MAX } else { 0 },
            carry: value.negative,
        }
    }

    #[inline(always)]
    fn next(&mut self, limb: u64) -> u64 {
        let (out, carry) = (limb ^ self.flip).overflowing_add(u64::from(self.carry));
        self.carry = carry;
        out
    }
}

/// `a.bit_length()`: of the absolute value.
pub fn bit_length(a: IntRef) -> u64 {
    mag::bit_length(a.mag)
}

/// `a.bit_count()`: ones in the absolute value.
pub fn bit_count(a: IntRef) -> u64 {
    a.mag.iter().map(|limb| u64::from(limb.count_ones())).sum()
}
