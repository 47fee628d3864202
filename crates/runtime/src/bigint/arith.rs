//! Signed addition, subtraction, comparison, multiplication, floor division and powers.

use std::cell::Cell;
use std::cmp::Ordering;

use super::big;
use super::error::{DIVISION_BY_ZERO, NumResult, TOO_LARGE};
use super::limbs::{Limbs, MAX_BITS};
use super::{Int, IntRef, by_value, mag};

/// Compares two integers.
#[inline]
pub fn cmp(a: IntRef, b: IntRef) -> Ordering {
    match (a.negative, b.negative) {
        (false, false) => mag::cmp(a.mag, b.mag),
        (true, true) => mag::cmp(b.mag, a.mag),
        (true, false) => Ordering::Less,
        (false, true) => Ordering::Greater,
    }
}

by_value! {
    /// `a + b`.
    add = add_to;
    /// `a - b`.
    sub = sub_to;
    /// `a * b`.
    mul = mul_to;
    /// `a // b`.
    div_floor = div_floor_to;
    /// `a % b`: has the sign of `b`.
    modulo = modulo_to;
}

/// `out = a + b`.
#[inline]
pub fn add_to(out: &mut Int, a: IntRef, b: IntRef) -> NumResult<()> {
    if let (Some(x), Some(y)) = (mag::to_u128(a.mag), mag::to_u128(b.mag)) {
        add_wide(out, (a.negative, x), (b.negative, y));
        return Ok(());
    }
    add_long(out, a, b)
}

/// `out = a - b`.
#[inline]
pub fn sub_to(out: &mut Int, a: IntRef, b: IntRef) -> NumResult<()> {
    if let (Some(x), Some(y)) = (mag::to_u128(a.mag), mag::to_u128(b.mag)) {
        add_wide(out, (a.negative, x), (!b.negative, y));
        return Ok(());
    }
    let negative = !b.negative;
    add_long(
        out,
        a,
        IntRef {
            negative,
            mag: b.mag,
        },
    )
}

/// Two limbs at most.
#[inline(always)]
fn add_wide(out: &mut Int, (a_negative, x): (bool, u128), (b_negative, y): (bool, u128)) {
    if a_negative == b_negative {
        let (sum, carry) = x.overflowing_add(y);
        out.set(a_negative, sum, u64::from(carry));
    } else if x >= y {
        out.set(a_negative, x - y, 0);
    } else {
        out.set(b_negative, y - x, 0);
    }
}

/// Any length; a zero may be negative here.
fn add_long(out: &mut Int, a: IntRef, b: IntRef) -> NumResult<()> {
    if a.negative == b.negative {
        add_mag(out, a.mag, b.mag, a.negative)
    } else {
        sub_mag(out, a.mag, b.mag, a.negative)
    }
}

fn add_mag(out: &mut Int, a: &[u64], b: &[u64], negative: bool) -> NumResult<()> {
    let (long, short) = if a.len() >= b.len() { (a, b) } else { (b, a) };
    mag::add(out.reset(long.len() + 1)?, long, short);
    out.finish(negative);
    Ok(())
}

fn sub_mag(out: &mut Int, a: &[u64], b: &[u64], negative: bool) -> NumResult<()> {
    let (large, small, negative) = if mag::cmp(a, b).is_lt() {
        (b, a, !negative)
    } else {
        (a, b, negative)
    };
    mag::sub(out.reset(large.len())?, large, small);
    out.finish(negative);
    Ok(())
}

/// `out = a * b`.
pub fn mul_to(out: &mut Int, a: IntRef, b: IntRef) -> NumResult<()> {
    let negative = a.negative != b.negative;
    let (long, short) = if a.mag.len() >= b.mag.len() {
        (a.mag, b.mag)
    } else {
        (b.mag, a.mag)
    };
    match (long, short) {
        (_, []) => out.set(false, 0, 0),
        (&[x], &[y]) => out.set(negative, u128::from(x) * u128::from(y), 0),
        _ if short.len() > big::THRESHOLD => *out = big::mul(long, short, negative)?,
        _ => {
            mag::mul(out.reset(long.len() + short.len())?, long, short);
            out.finish(negative);
        }
    }
    Ok(())
}

/// `out = a // b`.
pub fn div_floor_to(out: &mut Int, a: IntRef, b: IntRef) -> NumResult<()> {
    div_mod_to(out, &mut Int::zero(), a, b)
}

/// `out = a % b`.
pub fn modulo_to(out: &mut Int, a: IntRef, b: IntRef) -> NumResult<()> {
    let &[d] = b.mag else {
        return div_mod_to(&mut Int::zero(), out, a, b);
    };
    let remainder = match *a.mag {
        [] => 0,
        [limb] => limb % d,
        _ => mag::rem_small(a.mag, d),
    };
    let from_other_side = remainder != 0 && a.negative != b.negative;
    let remainder = if from_other_side {
        d - remainder
    } else {
        remainder
    };
    out.set(b.negative, u128::from(remainder), 0);
    Ok(())
}

/// `divmod(a, b)`: the quotient is rounded down, the remainder has the sign of `b`.
pub fn div_mod(a: IntRef, b: IntRef) -> NumResult<(Int, Int)> {
    let (mut quotient, mut remainder) = (Int::zero(), Int::zero());
    div_mod_to(&mut quotient, &mut remainder, a, b)?;
    Ok((quotient, remainder))
}

/// `quotient, remainder = divmod(a, b)`.
pub fn div_mod_to(quotient: &mut Int, remainder: &mut Int, a: IntRef, b: IntRef) -> NumResult<()> {
    let opposite = a.negative != b.negative;
    if let (Some(x), Some(y)) = (mag::to_u128(a.mag), mag::to_u128(b.mag))
        && y != 0
    {
        let (q, r) = div_rem_u128(x, y);
        let down = opposite && r != 0;
        quotient.set(opposite, q + u128::from(down), 0);
        remainder.set(b.negative, if down { y - r } else { r }, 0);
        return Ok(());
    }
    div_rem_mag(&mut quotient.mag, &mut remainder.mag, a.mag, b.mag)?;
    quotient.finish(opposite);
    remainder.finish(b.negative);
    if opposite && !remainder.as_ref().is_zero() {
        // Towards minus infinity: one further from zero, the remainder from the other side.
        *quotient = sub(quotient.as_ref(), IntRef::ONE)?;
        let rest = remainder.as_ref().abs();
        let rest = sub(b.abs(), rest)?;
        *remainder = if b.negative { rest.negated() } else { rest };
    }
    Ok(())
}

#[inline]
fn div_rem_u128(x: u128, y: u128) -> (u128, u128) {
    match (u64::try_from(x), u64::try_from(y)) {
        (Ok(x), Ok(y)) => (u128::from(x / y), u128::from(x % y)),
        _ => {
            let q = x / y;
            (q, x - q * y)
        }
    }
}

/// Quotient and remainder of magnitudes, both trimmed.
pub(super) fn div_rem_mag(
    quotient: &mut Limbs,
    remainder: &mut Limbs,
    a: &[u64],
    b: &[u64],
) -> NumResult<()> {
    if b.is_empty() {
        return Err(DIVISION_BY_ZERO);
    }
    if mag::cmp(a, b).is_lt() {
        quotient.reset(0)?;
        remainder.reset(a.len())?.copy_from_slice(a);
        return Ok(());
    }
    if let &[d] = b {
        let r = mag::div_small(quotient.reset(a.len())?, a, d);
        remainder.reset(1)?[0] = r;
    } else if b.len() > big::THRESHOLD && a.len() - b.len() > big::THRESHOLD / 2 {
        (*quotient, *remainder) = big::div_rem(a, b)?;
    } else {
        let q = quotient.reset(a.len() - b.len() + 1)?;
        let r = remainder.reset(b.len())?;
        match a.len() {
            0..16 => div_rem_schoolbook(q, r, (a, b), (&mut [0; 16], &mut [0; 16])),
            16..80 => div_rem_schoolbook(q, r, (a, b), (&mut [0; 80], &mut [0; 80])),
            _ => with_scratch(a.len() + 1 + b.len(), |space| {
                let space = space.split_at_mut(a.len() + 1);
                div_rem_schoolbook(q, r, (a, b), space);
            }),
        }
    }
    quotient.trim();
    remainder.trim();
    Ok(())
}

/// Calls `f` with `n` limbs of working space, which is kept for the next time.
fn with_scratch(n: usize, f: impl FnOnce(&mut [u64])) {
    const KEEP: usize = 1 << 13;
    thread_local!(static SPACE: Cell<Vec<u64>> = const { Cell::new(Vec::new()) });
    let mut space = SPACE.take();
    if space.len() < n {
        space.resize(n, 0);
    }
    f(&mut space[..n]);
    if space.len() <= KEEP {
        SPACE.set(space);
    }
}

/// Knuth's division; the last pair is working space, one limb longer than `a`, and as `b`.
fn div_rem_schoolbook(
    quotient: &mut [u64],
    remainder: &mut [u64],
    (a, b): (&[u64], &[u64]),
    (u, v): (&mut [u64], &mut [u64]),
) {
    let (u, v) = (&mut u[..a.len() + 1], &mut v[..b.len()]);
    let shift = b[b.len() - 1].leading_zeros();
    u[a.len()] = mag::shl_bits(u, a, shift);
    mag::shl_bits(v, b, shift);
    mag::div_knuth(quotient, u, v);
    mag::shr_bits(remainder, &u[..b.len()], shift);
}

/// Results up to this many bits are computed by repeated schoolbook multiplication.
const SMALL_POWER_BITS: u64 = 64 * 64;

/// `base ** exp` for `exp >= 0` (negative exponents give floats, which is the caller's business).
pub fn pow(base: IntRef, exp: IntRef) -> NumResult<Int> {
    let negative = base.negative && exp.is_odd();
    match (base.mag, exp.mag) {
        (_, []) => return Ok(Int::from(1u64)),
        ([], _) => return Ok(Int::zero()),
        ([1], _) => return Ok(Int::from(if negative { -1i64 } else { 1 })),
        _ => {}
    }
    let exp = exp
        .abs()
        .to_u64()
        .filter(|&exp| exp <= MAX_BITS)
        .ok_or(TOO_LARGE)?;
    let zeros = mag::trailing_zeros(base.mag);
    let bits = mag::bit_length(base.mag);
    let result_bits = (bits - 1)
        .checked_mul(exp)
        .filter(|&n| n < MAX_BITS)
        .ok_or(TOO_LARGE)?;
    if zeros == bits - 1 {
        // A power of two.
        let power = super::bits::shl_by(IntRef::ONE, result_bits)?;
        return Ok(if negative { power.negated() } else { power });
    }
    if result_bits > SMALL_POWER_BITS {
        return big::pow(base.mag, exp, negative);
    }
    let (mut result, mut next) = (base.abs().to_int()?, Int::zero());
    for bit in (0..exp.ilog2()).rev() {
        mul_to(&mut next, result.as_ref(), result.as_ref())?;
        std::mem::swap(&mut result, &mut next);
        if exp >> bit & 1 == 1 {
            mul_to(&mut next, result.as_ref(), base.abs())?;
            std::mem::swap(&mut result, &mut next);
        }
    }
    Ok(if negative { result.negated() } else { result })
}
