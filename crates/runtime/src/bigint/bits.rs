//! Shifts and bitwise operations: negative numbers behave as infinite two's complement.

use super::error::{NEGATIVE_SHIFT, NumResult, TOO_LARGE, TOO_MANY_DIGITS};
use super::limbs::MAX_BITS;
use super::{Int, IntRef, arith, by_value, mag};

by_value! {
    /// `a << count`.
    shl = shl_to;
    /// `a >> count`, rounding down.
    shr = shr_to;
    /// `a & b`.
    and = and_to;
    /// `a | b`.
    or = or_to;
    /// `a ^ b`.
    xor = xor_to;
}

/// `out = a << count`.
#[inline]
pub fn shl_to(out: &mut Int, a: IntRef, count: IntRef) -> NumResult<()> {
    if let (Some(x), &[n @ 1..=63]) = (mag::to_u128(a.mag), count.mag)
        && !count.negative
    {
        out.set(a.negative, x << n, (x >> (128 - n)) as u64);
        return Ok(());
    }
    shl_long(out, a, count)
}

fn shl_long(out: &mut Int, a: IntRef, count: IntRef) -> NumResult<()> {
    if count.negative {
        return Err(NEGATIVE_SHIFT);
    }
    if a.is_zero() {
        out.set(false, 0, 0);
        return Ok(());
    }
    // A count beyond 63 bits can't be named by an index: another error than for one that is
    // merely more than the memory holds.
    let count = count.to_i64().ok_or(TOO_MANY_DIGITS)? as u64;
    if count.saturating_add(mag::bit_length(a.mag)) > MAX_BITS {
        return Err(TOO_LARGE);
    }
    let words = (count / 64) as usize;
    let high = &mut out.reset(a.mag.len() + words + 1)?[words..];
    high[a.mag.len()] = mag::shl_bits(high, a.mag, (count % 64) as u32);
    out.finish(a.negative);
    Ok(())
}

/// `a << count` for a count already known.
pub fn shl_by(a: IntRef, count: u64) -> NumResult<Int> {
    shl(a, Int::from(count).as_ref())
}

/// `out = a >> count`, rounding down.
#[inline]
pub fn shr_to(out: &mut Int, a: IntRef, count: IntRef) -> NumResult<()> {
    if let (Some(x), &[n @ 1..=127]) = (mag::to_u128(a.mag), count.mag)
        && !count.negative
    {
        // Down is away from zero for negative numbers.
        let up = a.negative && x & ((1 << n) - 1) != 0;
        out.set(a.negative, (x >> n) + u128::from(up), 0);
        return Ok(());
    }
    shr_long(out, a, count)
}

fn shr_long(out: &mut Int, a: IntRef, count: IntRef) -> NumResult<()> {
    if count.negative {
        return Err(NEGATIVE_SHIFT);
    }
    let count = count.to_u64().unwrap_or(u64::MAX);
    if count >= mag::bit_length(a.mag) {
        out.set(a.negative, u128::from(a.negative), 0);
        return Ok(());
    }
    let words = (count / 64) as usize;
    let kept = &a.mag[words..];
    let round_down = a.negative && mag::any_bit_below(a.mag, count);
    let limbs = out.reset(kept.len() + usize::from(round_down))?;
    mag::shr_bits(limbs, kept, (count % 64) as u32);
    if round_down {
        mag::increment(limbs);
    }
    out.finish(a.negative);
    Ok(())
}

/// `a >> count` for a count already known.
pub fn shr_by(a: IntRef, count: u64) -> NumResult<Int> {
    shr(a, Int::from(count).as_ref())
}

/// `~a`.
pub fn invert(a: IntRef) -> NumResult<Int> {
    Ok(arith::add(a, IntRef::ONE)?.negated())
}

/// `out = a & b`.
pub fn and_to(out: &mut Int, a: IntRef, b: IntRef) -> NumResult<()> {
    if a.negative || b.negative {
        return signed(out, a, b, |x, y| x & y);
    }
    let limbs = out.reset(a.mag.len().min(b.mag.len()))?;
    for ((o, x), y) in limbs.iter_mut().zip(a.mag).zip(b.mag) {
        *o = x & y;
    }
    out.finish(false);
    Ok(())
}

/// `out = a | b`.
pub fn or_to(out: &mut Int, a: IntRef, b: IntRef) -> NumResult<()> {
    if a.negative || b.negative {
        return signed(out, a, b, |x, y| x | y);
    }
    unsigned(out, a, b, |x, y| x | y)
}

/// `out = a ^ b`.
pub fn xor_to(out: &mut Int, a: IntRef, b: IntRef) -> NumResult<()> {
    if a.negative || b.negative {
        return signed(out, a, b, |x, y| x ^ y);
    }
    unsigned(out, a, b, |x, y| x ^ y)
}

/// `|` and `^` of two numbers that are not negative: the longer one's top limbs stay.
#[inline(always)]
fn unsigned(out: &mut Int, a: IntRef, b: IntRef, op: impl Fn(u64, u64) -> u64) -> NumResult<()> {
    let (long, short) = if a.mag.len() >= b.mag.len() {
        (a.mag, b.mag)
    } else {
        (b.mag, a.mag)
    };
    let limbs = out.reset(long.len())?;
    for ((o, x), y) in limbs.iter_mut().zip(long).zip(short) {
        *o = op(*x, *y);
    }
    limbs[short.len()..].copy_from_slice(&long[short.len()..]);
    out.finish(false);
    Ok(())
}

/// Any bitwise operation: to two's complement, limb by limb, and back.
#[inline(always)]
fn signed(out: &mut Int, a: IntRef, b: IntRef, op: impl Fn(u64, u64) -> u64) -> NumResult<()> {
    let mut x = TwosComplement::new(a);
    let mut y = TwosComplement::new(b);
    let negative = op(x.flip, y.flip) != 0;
    let common = a.mag.len().min(b.mag.len());
    let limbs = out.reset(a.mag.len().max(b.mag.len()) + 1)?;
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
    out.finish(negative);
    Ok(())
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
