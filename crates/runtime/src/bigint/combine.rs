//! `math.factorial`, `math.perm` and `math.comb`: products by halves, so that the long
//! multiplications are few and balanced.

use super::arith::{div_floor, mul, sub};
use super::bits::shl_by;
use super::error::{
    FACTORIAL_NEGATIVE, FACTORIAL_TOO_LARGE, K_NEGATIVE, N_NEGATIVE, NumResult, TOO_LARGE,
};
use super::limbs::MAX_BITS;
use super::{Int, IntRef, mag};

/// `n!`.
pub fn factorial(n: IntRef) -> NumResult<Int> {
    if n.negative {
        return Err(FACTORIAL_NEGATIVE);
    }
    let n = n.to_i64().ok_or(FACTORIAL_TOO_LARGE)? as u64;
    if n < 2 {
        return Ok(Int::from(1u64));
    }
    check_product(n, u64::from(n.ilog2()))?;
    // The odd part is the product over i of the odd numbers up to n >> i; each range extends the
    // one before.
    let mut inner = Int::from(1u64);
    let mut outer = Int::from(1u64);
    for i in (0..n.ilog2()).rev() {
        let (low, high) = (n >> (i + 1), n >> i);
        let next = product_odd((low + 1) | 1, (high + 1) | 1)?;
        inner = mul(inner.as_ref(), next.as_ref())?;
        outer = mul(outer.as_ref(), inner.as_ref())?;
    }
    shl_by(outer.as_ref(), n - u64::from(n.count_ones()))
}

/// Refuses products of `count` factors with `bits` bits each that are sure not to fit.
fn check_product(count: u64, bits: u64) -> NumResult<()> {
    // Half of the factors have at least one bit less than the largest: a lower bound.
    match (count / 2).checked_mul(bits.saturating_sub(1)) {
        Some(total) if total < MAX_BITS => Ok(()),
        _ => Err(TOO_LARGE),
    }
}

/// Product of the odd numbers in `low..high`, both odd.
fn product_odd(low: u64, high: u64) -> NumResult<Int> {
    let count = high.saturating_sub(low) / 2;
    let bits = u64::from(64 - high.leading_zeros());
    if count * bits <= 64 {
        return Ok(Int::from((low..high).step_by(2).product::<u64>()));
    }
    let middle = (low + count) | 1;
    mul(
        product_odd(low, middle)?.as_ref(),
        product_odd(middle, high)?.as_ref(),
    )
}

/// Product of `top, top - 1, ...`, `count` factors.
fn falling(top: IntRef, count: u64) -> NumResult<Int> {
    let bits = mag::bit_length(top.mag);
    if let Some(top) = top.to_u64()
        && count.saturating_mul(bits) <= 64
    {
        return Ok(Int::from((0..count).map(|i| top - i).product::<u64>()));
    }
    match count {
        0 => return Ok(Int::from(1u64)),
        1 => return top.to_int(),
        _ => {}
    }
    let half = count / 2;
    let rest = sub(top, Int::from(half).as_ref())?;
    mul(
        falling(top, half)?.as_ref(),
        falling(rest.as_ref(), count - half)?.as_ref(),
    )
}

/// `math.perm(n, k)`.
pub fn perm(n: IntRef, k: IntRef) -> NumResult<Int> {
    check_signs(n, k)?;
    if super::cmp(k, n).is_gt() {
        return Ok(Int::zero());
    }
    let k = k.to_u64().ok_or(TOO_LARGE)?;
    if k > 1 {
        check_product(k, mag::bit_length(n.mag).saturating_sub(1))?;
    }
    falling(n, k)
}

/// `math.comb(n, k)`.
pub fn comb(n: IntRef, k: IntRef) -> NumResult<Int> {
    check_signs(n, k)?;
    let other = sub(n, k)?;
    if other.as_ref().negative {
        return Ok(Int::zero());
    }
    let k = if super::cmp(other.as_ref(), k).is_lt() {
        other.as_ref()
    } else {
        k
    };
    let k = k.to_u64().ok_or(TOO_LARGE)?;
    if let Some(n) = n.to_u64()
        && let Some(small) = comb_u64(n, k)
    {
        return Ok(Int::from(small));
    }
    choose(n, k)
}

fn check_signs(n: IntRef, k: IntRef) -> NumResult<()> {
    if n.negative {
        return Err(N_NEGATIVE);
    }
    if k.negative {
        return Err(K_NEGATIVE);
    }
    Ok(())
}

/// The binomial step by step, while it fits.
fn comb_u64(n: u64, k: u64) -> Option<u64> {
    if k > 64 {
        return None;
    }
    let mut result = 1u64;
    for i in 0..k {
        let product = u128::from(result) * u128::from(n - i);
        result = u64::try_from(product / u128::from(i + 1)).ok()?;
    }
    Some(result)
}

/// C(n, k) = C(n, j) * C(n - j, k - j) / C(k, j) with j = k / 2: numbers stay near the size of
/// the result.
fn choose(n: IntRef, k: u64) -> NumResult<Int> {
    match k {
        0 => return Ok(Int::from(1u64)),
        1 => return n.to_int(),
        _ => {}
    }
    if let Some(n) = n.to_u64()
        && let Some(small) = comb_u64(n, k)
    {
        return Ok(Int::from(small));
    }
    // log2 C(n, k) >= k * log2(n / k).
    let ratio_bits = mag::bit_length(n.mag).saturating_sub(u64::from(64 - k.leading_zeros()));
    if k.checked_mul(ratio_bits.saturating_sub(1))
        .is_none_or(|bits| bits > MAX_BITS)
        || k > MAX_BITS
    {
        return Err(TOO_LARGE);
    }
    let j = k / 2;
    let rest = sub(n, Int::from(j).as_ref())?;
    let product = mul(
        choose(n, j)?.as_ref(),
        choose(rest.as_ref(), k - j)?.as_ref(),
    )?;
    let divisor = choose(Int::from(k).as_ref(), j)?;
    div_floor(product.as_ref(), divisor.as_ref())
}
