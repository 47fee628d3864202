//! The door to `dashu-int`: algorithms that are faster than schoolbook, for long operands.
//!
//! dashu panics on division by zero and on results that it can't hold; all callers have excluded
//! both. Operands and results are copied, which does not show above [`THRESHOLD`] limbs.

use dashu_int::monty::MontgomeryRepr;
use dashu_int::ops::{DivRem, ExtendedGcd, Gcd, SquareRoot};
use dashu_int::{IBig, Sign, UBig, fast_div::ConstDivisor};

use super::Int;
use super::error::{NumResult, TOO_LARGE};
use super::limbs::{Limbs, MAX_LIMBS};

/// Multiplication and division are our own schoolbook up to this many limbs.
pub const THRESHOLD: usize = 32;

fn to_limbs(value: &UBig) -> NumResult<Limbs> {
    if value.as_words().len() > MAX_LIMBS {
        return Err(TOO_LARGE);
    }
    Limbs::from_slice(value.as_words())
}

fn to_int(value: &UBig, negative: bool) -> NumResult<Int> {
    Ok(Int::from_limbs(negative, to_limbs(value)?))
}

/// `a * b`.
pub fn mul(a: &[u64], b: &[u64], negative: bool) -> NumResult<Int> {
    if a.len() + b.len() > MAX_LIMBS {
        return Err(TOO_LARGE);
    }
    let x = UBig::from_words(a);
    // Squaring is faster than multiplying.
    let product = if a == b {
        x.sqr()
    } else {
        x * UBig::from_words(b)
    };
    to_int(&product, negative)
}

/// Quotient and remainder; `b` is not zero.
pub fn div_rem(a: &[u64], b: &[u64]) -> NumResult<(Limbs, Limbs)> {
    let (q, r) = UBig::from_words(a).div_rem(UBig::from_words(b));
    Ok((to_limbs(&q)?, to_limbs(&r)?))
}

/// `base ** exp`; the caller knows that the result fits.
pub fn pow(base: &[u64], exp: u64, negative: bool) -> NumResult<Int> {
    to_int(&UBig::from_words(base).pow(exp as usize), negative)
}

/// `base ** exp % modulus`; the modulus is not zero.
pub fn mod_pow(base: &[u64], exp: &[u64], modulus: &[u64]) -> NumResult<Int> {
    let (base, exp) = (UBig::from_words(base), UBig::from_words(exp));
    let is_odd = modulus[0] & 1 == 1;
    let m = UBig::from_words(modulus);
    // dashu's Montgomery form needs an odd modulus, and only pays (1.7 times) for two limbs.
    if is_odd && modulus.len() == 2 {
        let ring = MontgomeryRepr::new(m);
        let x = ring.reduce(base);
        return to_int(&x.pow(&exp).residue(), false);
    }
    let ring = ConstDivisor::new(m);
    let x = ring.reduce(base);
    to_int(&x.pow(&exp).residue(), false)
}

/// Greatest common divisor; not both are zero.
pub fn gcd(a: &[u64], b: &[u64]) -> NumResult<Int> {
    to_int(&UBig::from_words(a).gcd(UBig::from_words(b)), false)
}

/// `x` with `a * x = 1 (mod m)`, in `0..m`, if there is one; `0 < a < m`.
pub fn mod_inverse(a: &[u64], m: &[u64]) -> NumResult<Option<Int>> {
    let modulus = UBig::from_words(m);
    let (g, x, _) = UBig::from_words(a).gcd_ext(modulus.clone());
    if !g.is_one() {
        return Ok(None);
    }
    let modulus = IBig::from(modulus);
    let x = x % &modulus;
    let (sign, words) = x.as_sign_words();
    if sign == Sign::Positive || words.is_empty() {
        return Ok(Some(Int::from_limbs(false, Limbs::from_slice(words)?)));
    }
    let positive = x + modulus;
    Ok(Some(Int::from_limbs(
        false,
        Limbs::from_slice(positive.as_sign_words().1)?,
    )))
}

/// Integer square root.
pub fn isqrt(a: &[u64]) -> NumResult<Int> {
    to_int(&UBig::from_words(a).sqrt(), false)
}

/// Decimal digits.
pub fn decimal(a: &[u64]) -> String {
    UBig::from_words(a).to_string()
}

/// Reads digits (already checked, without underscores) in a base of 2 to 36.
pub fn parse(digits: &str, base: u32) -> Option<NumResult<Int>> {
    let value = UBig::from_str_radix(digits, base).ok()?;
    Some(to_int(&value, false))
}
