//! Between integers and doubles: exact comparison, conversion and true division, all rounded
//! half to even.

use std::cmp::Ordering;

use super::arith::{cmp, div_rem_mag};
use super::bits::{shl_by, shr_by};
use super::error::{
    DIVISION_BY_ZERO, INFINITY_TO_INT, INT_TO_FLOAT, NAN_TO_INT, NumResult, TRUE_DIVISION,
};
use super::limbs::Limbs;
use super::{Int, IntRef, mag};

/// The nearest double to `mantissa * 2**exponent`, where `sticky` says that some more nonzero
/// bits follow below the mantissa; `None` if it overflows.
pub fn compose_f64(mantissa: u128, exponent: i64, sticky: bool) -> Option<f64> {
    if mantissa == 0 {
        return Some(0.0);
    }
    let zeros = mantissa.leading_zeros();
    let (mantissa, exponent) = (mantissa << zeros, exponent - i64::from(zeros));
    // Bits below the last one of the result: 53 of 128 are kept, fewer for subnormals.
    let drop = 75.max(-1074 - exponent);
    if drop > 128 {
        return Some(0.0);
    }
    let kept = if drop == 128 {
        0
    } else {
        (mantissa >> drop) as u64
    };
    let half = 1u128 << (drop - 1);
    let lost = mantissa & (half | (half - 1));
    let up = lost > half || (lost == half && (sticky || kept & 1 == 1));
    scale(kept + u64::from(up), exponent + drop)
}

/// `mantissa * 2**exponent`, exact unless it overflows; the mantissa has at most 54 bits.
fn scale(mantissa: u64, exponent: i64) -> Option<f64> {
    let value = mantissa as f64;
    if value == 0.0 {
        return Some(0.0);
    }
    let top = i64::from(64 - mantissa.leading_zeros()) + exponent;
    if top > 1024 {
        return None;
    }
    // Two steps: the power itself may be out of range where the product is not.
    let first = (exponent / 2) as i32;
    let second = (exponent - exponent / 2) as i32;
    Some(value * power_of_two(first) * power_of_two(second))
}

/// `2.0 ** n` for `-1022 <= n <= 1023`.
fn power_of_two(n: i32) -> f64 {
    f64::from_bits(((1023 + n.clamp(-1022, 1023)) as u64) << 52)
}

/// The top 128 bits of a magnitude, their exponent, and whether bits below were nonzero.
fn top_bits(a: &[u64]) -> (u128, i64, bool) {
    match *a {
        [] => (0, 0, false),
        [low] => (u128::from(low), 0, false),
        [low, high] => (u128::from(high) << 64 | u128::from(low), 0, false),
        [ref rest @ .., low, mid, high] => {
            let shift = high.leading_zeros();
            let two = u128::from(high) << 64 | u128::from(mid);
            let (top, below) = if shift == 0 {
                (two, low)
            } else {
                (two << shift | u128::from(low >> (64 - shift)), low << shift)
            };
            let sticky = below != 0 || rest.iter().any(|&limb| limb != 0);
            (top, a.len() as i64 * 64 - 128 - i64::from(shift), sticky)
        }
    }
}

/// `float(a)`.
#[inline]
pub fn to_f64(a: IntRef) -> NumResult<f64> {
    let value = match *a.mag {
        [limb] => limb as f64,
        [low, high] => (u128::from(high) << 64 | u128::from(low)) as f64,
        _ => {
            let (top, exponent, sticky) = top_bits(a.mag);
            compose_f64(top, exponent, sticky).ok_or(INT_TO_FLOAT)?
        }
    };
    Ok(if a.negative { -value } else { value })
}

/// `int(value)`: towards zero.
pub fn from_f64(value: f64) -> NumResult<Int> {
    if value.is_nan() {
        return Err(NAN_TO_INT);
    }
    if value.is_infinite() {
        return Err(INFINITY_TO_INT);
    }
    if value.abs() < 9.2e18 {
        return Ok(Int::from(value as i64));
    }
    let (mantissa, exponent) = decode_f64(value);
    let int = shl_by(Int::from(mantissa).as_ref(), exponent as u64)?;
    Ok(if value < 0.0 { int.negated() } else { int })
}

/// Mantissa and exponent of a finite double: `|value| = mantissa * 2**exponent`.
pub fn decode_f64(value: f64) -> (u64, i32) {
    let bits = value.to_bits();
    let exponent = (bits >> 52 & 0x7ff) as i32;
    let fraction = bits & ((1 << 52) - 1);
    if exponent == 0 {
        (fraction, -1074)
    } else {
        (fraction | 1 << 52, exponent - 1075)
    }
}

/// `value.as_integer_ratio()`: numerator and denominator of a finite double, in lowest terms.
pub fn ratio_of_f64(value: f64) -> NumResult<(Int, Int)> {
    let (mantissa, exponent) = decode_f64(value);
    if mantissa == 0 {
        return Ok((Int::zero(), Int::from(1u64)));
    }
    let zeros = mantissa.trailing_zeros() as i32;
    let (mantissa, exponent) = (mantissa >> zeros, exponent + zeros);
    let numerator = shl_by(Int::from(mantissa).as_ref(), exponent.max(0) as u64)?;
    let denominator = shl_by(IntRef::ONE, (-exponent).max(0) as u64)?;
    Ok((
        if value < 0.0 {
            numerator.negated()
        } else {
            numerator
        },
        denominator,
    ))
}

/// Compares an integer with a double, exactly; `None` for NaN.
pub fn cmp_f64(a: IntRef, value: f64) -> Option<Ordering> {
    if value.is_nan() {
        return None;
    }
    if value.is_infinite() {
        return Some(if value > 0.0 {
            Ordering::Less
        } else {
            Ordering::Greater
        });
    }
    if let Some(small) = a.to_i64().filter(|n| n.unsigned_abs() <= 1 << 53) {
        return (small as f64).partial_cmp(&value);
    }
    // Beyond 53 bits: compare with the integer part, then let the fraction decide.
    let whole = from_f64(value).ok()?;
    let order = cmp(a, whole.as_ref());
    Some(order.then_with(|| value.trunc().partial_cmp(&value).unwrap_or(Ordering::Equal)))
}

/// `a / b`, correctly rounded.
pub fn true_div(a: IntRef, b: IntRef) -> NumResult<f64> {
    if b.is_zero() {
        return Err(DIVISION_BY_ZERO);
    }
    if a.is_zero() {
        return Ok(if b.negative { -0.0 } else { 0.0 });
    }
    let negative = a.negative != b.negative;
    let exact = |x: IntRef| x.abs().to_u64().filter(|&n| n <= 1 << 53);
    let quotient = match (exact(a), exact(b)) {
        (Some(x), Some(y)) => x as f64 / y as f64,
        _ => divide(a.abs(), b.abs())?.ok_or(TRUE_DIVISION)?,
    };
    Ok(if negative { -quotient } else { quotient })
}

/// Quotient of two positive integers; `None` if it overflows.
fn divide(a: IntRef, b: IntRef) -> NumResult<Option<f64>> {
    // Scaled so that the integer quotient has 66 or 67 bits: enough for 53, a rounding bit and
    // more; the remainder and the bits of `a` that were shifted out only count as "not zero".
    let difference = mag::bit_length(a.mag) as i64 - mag::bit_length(b.mag) as i64;
    if difference > 1025 {
        return Ok(None);
    }
    if difference < -1080 {
        return Ok(Some(0.0));
    }
    let shift = 66 - difference;
    let (scaled, lost) = if shift >= 0 {
        (shl_by(a, shift as u64)?, false)
    } else {
        (
            shr_by(a, -shift as u64)?,
            mag::any_bit_below(a.mag, -shift as u64),
        )
    };
    let (mut quotient, mut remainder) = (Limbs::new(), Limbs::new());
    div_rem_mag(&mut quotient, &mut remainder, scaled.as_ref().mag, b.mag)?;
    let (top, _, _) = top_bits(quotient.as_slice());
    Ok(compose_f64(
        top,
        -shift,
        lost || !remainder.as_slice().is_empty(),
    ))
}
