//! gcd, lcm, modular powers and inverses, integer square root, and the hash.

use super::arith::{div_floor, modulo, mul, sub};
use super::error::{ISQRT_NEGATIVE, NOT_INVERTIBLE, NumResult, ZERO_MODULUS};
use super::{Int, IntRef, big, mag};

/// The prime modulus of numeric hashes: 2**61 - 1.
const HASH_MODULUS: u64 = (1 << 61) - 1;

/// `hash(a)`: the value modulo 2**61 - 1, with the sign of `a`; never -1.
pub fn hash(a: IntRef) -> i64 {
    let mut h = 0u64;
    for &limb in a.mag.iter().rev() {
        // 2**64 = 8 (mod 2**61 - 1): a rotation by three within 61 bits.
        h = (h << 3 & HASH_MODULUS) | h >> 58;
        h += (limb & HASH_MODULUS) + (limb >> 61);
        h = (h & HASH_MODULUS) + (h >> 61);
        if h >= HASH_MODULUS {
            h -= HASH_MODULUS;
        }
    }
    let h = if a.negative { -(h as i64) } else { h as i64 };
    if h == -1 { -2 } else { h }
}

/// Greatest common divisor of machine words (binary algorithm).
pub fn gcd_u64(mut a: u64, mut b: u64) -> u64 {
    if a == 0 || b == 0 {
        return a | b;
    }
    let shift = (a | b).trailing_zeros();
    a >>= a.trailing_zeros();
    while b != 0 {
        b >>= b.trailing_zeros();
        if a > b {
            std::mem::swap(&mut a, &mut b);
        }
        b -= a;
    }
    a << shift
}

fn gcd_u128(mut a: u128, mut b: u128) -> u128 {
    if a == 0 || b == 0 {
        return a | b;
    }
    let shift = (a | b).trailing_zeros();
    a >>= a.trailing_zeros();
    b >>= b.trailing_zeros();
    while a >> 64 != 0 || b >> 64 != 0 {
        if a == b {
            return a << shift;
        }
        if a > b {
            std::mem::swap(&mut a, &mut b);
        }
        b -= a;
        b >>= b.trailing_zeros();
    }
    u128::from(gcd_u64(a as u64, b as u64)) << shift
}

/// `math.gcd(a, b)`.
pub fn gcd(a: IntRef, b: IntRef) -> NumResult<Int> {
    match (a.mag, b.mag) {
        ([], other) | (other, []) => return IntRef::new(false, other).to_int(),
        (&[x], &[y]) => return Ok(Int::from(gcd_u64(x, y))),
        (&[x], long) | (long, &[x]) => return Ok(Int::from(gcd_u64(x, mag::rem_small(long, x)))),
        _ => {}
    }
    match (mag::to_u128(a.mag), mag::to_u128(b.mag)) {
        (Some(x), Some(y)) => Ok(Int::from(gcd_u128(x, y))),
        // Much longer than the other: one division makes it as short.
        (Some(_), None) => gcd(a, modulo(b.abs(), a.abs())?.as_ref()),
        (None, Some(_)) => gcd(b, modulo(a.abs(), b.abs())?.as_ref()),
        (None, None) => big::gcd(a.mag, b.mag),
    }
}

/// `math.lcm(a, b)`.
pub fn lcm(a: IntRef, b: IntRef) -> NumResult<Int> {
    if a.is_zero() || b.is_zero() {
        return Ok(Int::zero());
    }
    let g = gcd(a, b)?;
    let part = div_floor(a.abs(), g.as_ref())?;
    mul(part.as_ref(), b.abs())
}

/// `math.isqrt(a)`.
pub fn isqrt(a: IntRef) -> NumResult<Int> {
    if a.negative {
        return Err(ISQRT_NEGATIVE);
    }
    match mag::to_u128(a.mag) {
        Some(value) => match u64::try_from(value) {
            Ok(small) => Ok(Int::from(small.isqrt())),
            Err(_) => Ok(Int::from(value.isqrt())),
        },
        None => big::isqrt(a.mag),
    }
}

/// `x` with `a * x = 1 (mod m)` and `0 <= x < m`, for a positive modulus.
pub fn mod_inverse(a: IntRef, m: IntRef) -> NumResult<Int> {
    if m == IntRef::ONE {
        return Ok(Int::zero());
    }
    let a = modulo(a, m)?;
    let a = a.as_ref();
    if a.is_zero() {
        return Err(NOT_INVERTIBLE);
    }
    let inverse = match (a.to_i64(), m.to_i64()) {
        (Some(x), Some(modulus)) => inverse_i64(x, modulus).map(Int::from),
        _ => big::mod_inverse(a.mag, m.mag)?,
    };
    inverse.ok_or(NOT_INVERTIBLE)
}

/// Extended Euclid in machine words: `0 < a < m`.
fn inverse_i64(a: i64, m: i64) -> Option<i64> {
    let (mut r0, mut r1) = (m, a);
    let (mut t0, mut t1) = (0i64, 1i64);
    while r1 != 0 {
        let q = r0 / r1;
        (r0, r1) = (r1, r0 - q * r1);
        // |t| stays within m, the product may wrap only in the last step, which is not used.
        (t0, t1) = (t1, t0.wrapping_sub(q.wrapping_mul(t1)));
    }
    (r0 == 1).then_some(if t0 < 0 { t0 + m } else { t0 })
}

/// `pow(base, exp, m)`: has the sign of `m`.
pub fn mod_pow(base: IntRef, exp: IntRef, m: IntRef) -> NumResult<Int> {
    if m.is_zero() {
        return Err(ZERO_MODULUS);
    }
    let modulus = m.abs();
    let inverse;
    let base = if exp.negative {
        inverse = mod_inverse(base, modulus)?;
        inverse.as_ref()
    } else {
        base
    };
    let reduced = modulo(base, modulus)?;
    let result = match *modulus.mag {
        [1] => Int::zero(),
        [limb] => {
            let x = reduced.as_ref().to_u64().unwrap_or(0);
            Int::from(mod_pow_u64(x, exp.mag, limb))
        }
        _ if exp.is_zero() => Int::from(1u64),
        _ => big::mod_pow(reduced.as_ref().mag, exp.mag, modulus.mag)?,
    };
    if m.negative && !result.as_ref().is_zero() {
        return sub(result.as_ref(), modulus);
    }
    Ok(result)
}

/// `base ** exp % m` for a modulus of one limb, `base < m`, `m > 1`.
fn mod_pow_u64(base: u64, exp: &[u64], m: u64) -> u64 {
    let shift = m.leading_zeros();
    let (d, v) = (m << shift, mag::reciprocal(m << shift));
    let times = |x: u64, y: u64| {
        let product = u128::from(x) * u128::from(y << shift);
        mag::div_2_by_1((product >> 64) as u64, product as u64, d, v).1 >> shift
    };
    let mut result = 1;
    for &limb in exp.iter().rev() {
        for bit in (0..64).rev() {
            result = times(result, result);
            if limb >> bit & 1 == 1 {
                result = times(result, base);
            }
        }
    }
    result
}
