//! Signed addition, subtraction, comparison, multiplication, floor division and powers.

use std::cmp::Ordering;

use super::big;
use super::error::{DIVISION_BY_ZERO, NumResult, TOO_LARGE};
use super::limbs::{Limbs, MAX_BITS};
use super::{Int, IntRef, mag};

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

/// `a + b`.
#[inline]
pub fn add(a: IntRef, b: IntRef) -> NumResult<Int> {
    if a.negative == b.negative {
        add_mag(a.mag, b.mag, a.negative)
    } else {
        sub_mag(a.mag, b.mag, a.negative)
    }
}

/// `a - b`.
#[inline]
pub fn sub(a: IntRef, b: IntRef) -> NumResult<Int> {
    if a.negative != b.negative {
        add_mag(a.mag, b.mag, a.negative)
    } else {
        sub_mag(a.mag, b.mag, a.negative)
    }
}

fn add_mag(a: &[u64], b: &[u64], negative: bool) -> NumResult<Int> {
    let (long, short) = if a.len() >= b.len() { (a, b) } else { (b, a) };
    let mut out = Limbs::zeroed(long.len() + 1)?;
    mag::add(out.as_mut_slice(), long, short);
    Ok(Int::from_limbs(negative, out))
}

fn sub_mag(a: &[u64], b: &[u64], negative: bool) -> NumResult<Int> {
    let (large, small, negative) = if mag::cmp(a, b).is_lt() {
        (b, a, !negative)
    } else {
        (a, b, negative)
    };
    let mut out = Limbs::zeroed(large.len())?;
    mag::sub(out.as_mut_slice(), large, small);
    Ok(Int::from_limbs(negative, out))
}

/// `a * b`.
pub fn mul(a: IntRef, b: IntRef) -> NumResult<Int> {
    if a.is_zero() || b.is_zero() {
        return Ok(Int::zero());
    }
    let negative = a.negative != b.negative;
    let (long, short) = if a.mag.len() >= b.mag.len() {
        (a.mag, b.mag)
    } else {
        (b.mag, a.mag)
    };
    if short.len() > big::THRESHOLD {
        return big::mul(long, short, negative);
    }
    let mut out = Limbs::zeroed(long.len() + short.len())?;
    mag::mul(out.as_mut_slice(), long, short);
    Ok(Int::from_limbs(negative, out))
}

/// `a // b`.
pub fn div_floor(a: IntRef, b: IntRef) -> NumResult<Int> {
    div_mod(a, b).map(|(quotient, _)| quotient)
}

/// `a % b`: has the sign of `b`.
pub fn modulo(a: IntRef, b: IntRef) -> NumResult<Int> {
    if let &[d] = b.mag {
        let r = mag::rem_small(a.mag, d);
        let r = if r != 0 && a.negative != b.negative {
            d - r
        } else {
            r
        };
        let r = Int::from(r);
        return Ok(if b.negative { r.negated() } else { r });
    }
    div_mod(a, b).map(|(_, remainder)| remainder)
}

/// `divmod(a, b)`: the quotient is rounded down, the remainder has the sign of `b`.
pub fn div_mod(a: IntRef, b: IntRef) -> NumResult<(Int, Int)> {
    let (quotient, remainder) = div_rem_mag(a.mag, b.mag)?;
    let opposite = a.negative != b.negative;
    if !opposite || remainder.as_slice().is_empty() {
        return Ok((
            Int::from_limbs(opposite, quotient),
            Int::from_limbs(b.negative, remainder),
        ));
    }
    // Towards minus infinity: one further from zero, and the remainder from the other side.
    let quotient = add_mag(quotient.as_slice(), &[1], true)?;
    let remainder = sub_mag(b.mag, remainder.as_slice(), b.negative)?;
    Ok((quotient, remainder))
}

/// Quotient and remainder of magnitudes, both trimmed.
pub(super) fn div_rem_mag(a: &[u64], b: &[u64]) -> NumResult<(Limbs, Limbs)> {
    if b.is_empty() {
        return Err(DIVISION_BY_ZERO);
    }
    if mag::cmp(a, b).is_lt() {
        return Ok((Limbs::new(), Limbs::from_slice(a)?));
    }
    if let &[d] = b {
        let mut quotient = Limbs::zeroed(a.len())?;
        let r = mag::div_small(quotient.as_mut_slice(), a, d);
        quotient.trim();
        return Ok((quotient, Int::from(r).mag));
    }
    if b.len() > big::THRESHOLD && a.len() - b.len() > big::THRESHOLD / 2 {
        return big::div_rem(a, b);
    }
    div_rem_schoolbook(a, b)
}

/// The most limbs for which Knuth's division works in arrays on the stack.
const STACK_LIMBS: usize = 64;

fn div_rem_schoolbook(a: &[u64], b: &[u64]) -> NumResult<(Limbs, Limbs)> {
    let shift = b[b.len() - 1].leading_zeros();
    let mut quotient = Limbs::zeroed(a.len() - b.len() + 1)?;
    let mut remainder = Limbs::zeroed(b.len())?;
    let (mut u_stack, mut v_stack) = ([0; STACK_LIMBS], [0; STACK_LIMBS]);
    let (mut u_heap, mut v_heap);
    let (u, v) = if a.len() < STACK_LIMBS {
        (&mut u_stack[..a.len() + 1], &mut v_stack[..b.len()])
    } else {
        u_heap = Limbs::zeroed(a.len() + 1)?;
        v_heap = Limbs::zeroed(b.len())?;
        (u_heap.as_mut_slice(), v_heap.as_mut_slice())
    };
    u[a.len()] = mag::shl_bits(u, a, shift);
    mag::shl_bits(v, b, shift);
    mag::div_knuth(quotient.as_mut_slice(), u, v);
    mag::shr_bits(remainder.as_mut_slice(), &u[..b.len()], shift);
    quotient.trim();
    remainder.trim();
    Ok((quotient, remainder))
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
    let mut result = base.abs().to_int()?;
    for bit in (0..exp.ilog2()).rev() {
        result = mul(result.as_ref(), result.as_ref())?;
        if exp >> bit & 1 == 1 {
            result = mul(result.as_ref(), base.abs())?;
        }
    }
    Ok(if negative { result.negated() } else { result })
}
