//! Exponential, logarithms and powers, correctly rounded. Values are computed
//! in binary fixed point with a few digits more than asked for; while the
//! digits behind the last one leave the rounding open, with more (Ziv's way).

use std::sync::Mutex;

use dashu_int::ops::{BitTest, DivRem};
use dashu_int::{IBig, Sign, UBig};

use super::arith::{compare, rescale};
use super::context::status::*;
use super::context::{Ctx, Rounding};
use super::number::{Dec, digits, div_rem, pow10};

/// Precisions above this are refused: the result would take hours.
const MOST_DIGITS: i64 = 10_000_000;

/// Bits that hold `n` decimal digits.
fn bits_for(n: i64) -> usize {
    (n.max(0) as u128 * 3_402 / 1024) as usize + 1
}
fn signed(neg: bool, n: UBig) -> IBig {
    IBig::from_parts(if neg { Sign::Negative } else { Sign::Positive }, n)
}
/// `a / b`, to the nearest.
fn nearest(a: &UBig, b: &UBig) -> UBig {
    (a + (b >> 1)).div_rem(b).0
}
/// `n * 10 ** e`, cut off.
fn scale10(n: &UBig, e: i64) -> UBig {
    match e >= 0 {
        true => n * pow10(e),
        false => div_rem(n, &pow10(-e)).0,
    }
}

/// `atanh(1 / n)`, scaled by `2 ** bits`.
fn atanh_inverse(n: u64, bits: usize) -> UBig {
    let square = UBig::from(n * n);
    let mut power = (UBig::ONE << bits) / UBig::from(n);
    let mut sum = power.clone();
    let mut i = 3u64;
    while !power.is_zero() {
        power /= &square;
        sum += &power / UBig::from(i);
        i += 2;
    }
    sum
}
/// The natural logarithm of ten, scaled by `2 ** bits`; off by less than one.
fn ln10(bits: usize) -> UBig {
    static KNOWN: Mutex<Option<(usize, UBig)>> = Mutex::new(None);
    let mut known = KNOWN.lock().unwrap_or_else(|e| e.into_inner());
    if let Some((have, value)) = &*known
        && *have >= bits
    {
        return value >> (have - bits);
    }
    let room = bits + bits / 4 + 64;
    let of = |n| atanh_inverse(n, room);
    let value = of(31) * 46u8 + of(49) * 34u8 + of(161) * 20u8;
    let value: UBig = value >> 32;
    let r = &value >> (room - 32 - bits);
    *known = Some((room - 32, value));
    r
}
/// `exp(x)` of a small `x >= 0`; both scaled by `2 ** bits`.
fn exp_fixed(x: &UBig, bits: usize) -> UBig {
    let halvings = ((bits as f64).sqrt() * 0.7) as usize + 1;
    let inner = bits + 2 * halvings + 24;
    let x = x << (inner - bits - halvings);
    let mut term = UBig::ONE << inner;
    let mut sum = term.clone();
    let mut n = 1u32;
    loop {
        term = ((&term * &x) >> inner) / UBig::from(n);
        if term.is_zero() {
            break;
        }
        sum += &term;
        n += 1;
    }
    for _ in 0..halvings {
        sum = (&sum * &sum) >> inner;
    }
    sum >> (inner - bits)
}
/// `ln(m)` of `1 <= m < 10`; both scaled by `2 ** bits`. Halley's iteration,
/// each step with three times the bits of the one before.
fn ln_fixed(m: &UBig, bits: usize) -> UBig {
    let mut steps = Vec::new();
    let mut b = bits + 8;
    while b > 48 {
        steps.push(b);
        b = b / 3 + 12;
    }
    let first = |n: &UBig, have: usize| match have >= 52 {
        true => u64::try_from(&(n >> (have - 52))).unwrap_or(1 << 52),
        false => u64::try_from(&(n << (52 - have))).unwrap_or(1 << 52),
    };
    let guess = (first(m, bits) as f64 / (1u64 << 52) as f64).ln().max(0.0);
    let mut y = IBig::from((guess * (1u64 << 52) as f64) as u64);
    let mut have = 52;
    for b in steps.into_iter().rev() {
        let m: UBig = if b > bits {
            m << (b - bits)
        } else {
            m >> (bits - b)
        };
        y = if b > have {
            y << (b - have)
        } else {
            y >> (have - b)
        };
        have = b;
        let (sign, magnitude) = y.clone().into_parts();
        let mut e = exp_fixed(&magnitude, b);
        if sign == Sign::Negative {
            e = (UBig::ONE << (2 * b)) / e;
        }
        let difference = IBig::from(m.clone()) - IBig::from(e.clone());
        y += (difference << (b + 1)) / IBig::from(m + e);
    }
    let (sign, y) = (y >> (have - bits)).into_parts();
    if sign == Sign::Negative {
        UBig::ZERO
    } else {
        y
    }
}

/// `exp(±c * 10 ** e)`: about `p` digits and their exponent.
fn exp_digits(neg: bool, c: &UBig, e: i64, p: i64) -> (UBig, i64) {
    let magnitude = (e + digits(c)).max(0);
    let bits = bits_for(p + 4) + 8;
    let wide = bits + bits_for(magnitude + 2) + 8;
    let x = match e >= 0 {
        true => (c * pow10(e)) << wide,
        false => div_rem(&(c << wide), &pow10(-e)).0,
    };
    let unit = ln10(wide);
    let (q, mut r) = div_rem(&x, &unit);
    let mut q = i64::try_from(&q).unwrap_or(i64::MAX / 4);
    if neg {
        q = -q;
        if !r.is_zero() {
            q -= 1;
            r = unit - r;
        }
    }
    let value = exp_fixed(&(r >> (wide - bits)), bits);
    (nearest(&(value * pow10(p)), &(UBig::ONE << bits)), q - p)
}
/// `ln(c * 10 ** e) * 10 ** places`, or the same of the logarithm to base ten;
/// off by less than one.
fn log_digits(c: &UBig, e: i64, places: i64, base10: bool) -> IBig {
    let n = digits(c);
    let k = e + n - 1;
    let bits = bits_for(places + 4) + 80;
    let m = div_rem(&(c << bits), &pow10(n - 1)).0;
    let unit = ln10(bits);
    let total = IBig::from(ln_fixed(&m, bits)) + IBig::from(unit.clone()) * IBig::from(k);
    let (sign, magnitude) = total.into_parts();
    let below = if base10 { unit } else { UBig::ONE << bits };
    let r = nearest(&(magnitude * pow10(places)), &below);
    signed(sign == Sign::Negative, r)
}
/// Do these digits leave open how `prec` of them are rounded?
fn open(coeff: &UBig, prec: i64) -> bool {
    let more = digits(coeff) - prec - 1;
    more < 0 || div_rem(coeff, &(pow10(more) * 5u8)).1.is_zero()
}
/// `a - b` of exponent-free magnitudes as a number with its digits counted.
fn distance_from_one(a: &Dec) -> UBig {
    let one = pow10(-a.exp);
    if a.coeff >= one {
        &a.coeff - one
    } else {
        one - &a.coeff
    }
}
/// A lower bound of the adjusted exponent of `ln(a)`.
fn ln_bound(a: &Dec) -> i64 {
    let adjusted = a.adjusted();
    let count = |n: i64| i64::from(n.max(1).ilog10());
    match adjusted {
        1.. => count(adjusted / 10 * 23 + adjusted % 10 * 23 / 10),
        ..=-2 => count((-1 - adjusted) / 10 * 23 + (-1 - adjusted) % 10 * 23 / 10),
        // ln(1 + d) is more than d / (1 + d), and -ln(1 - d) more than d.
        0 => digits(&distance_from_one(a)) - a.digits() - 1,
        _ => a.exp + digits(&distance_from_one(a)) - 1,
    }
}

impl Ctx {
    /// Rounds to the nearest, whatever the context says.
    fn fix_nearest(&mut self, d: Dec) -> Dec {
        let rounding = std::mem::replace(&mut self.rounding, Rounding::HalfEven);
        let r = self.fix(d);
        self.rounding = rounding;
        r
    }
    pub fn exp(&mut self, a: &Dec) -> Dec {
        if let Some(n) = self.nan_of(a, None) {
            return n;
        }
        if a.is_infinite() {
            return if a.neg {
                Dec::zero(false, 0)
            } else {
                a.clone()
            };
        }
        let one = UBig::ONE;
        if a.is_zero() {
            return Dec::finite(false, one, 0);
        }
        let p = self.prec;
        if p > MOST_DIGITS {
            return self.invalid(NO_MEMORY);
        }
        let adjusted = a.adjusted();
        let length = |n: i64| i64::from((n as u64).max(1).ilog10()) + 1;
        let r = if !a.neg && adjusted > length((self.emax + 1).saturating_mul(3)) {
            Dec::finite(false, one, self.emax + 1)
        } else if a.neg && adjusted > length((1 - self.etiny()).saturating_mul(3)) {
            Dec::finite(false, one, self.etiny() - 1)
        } else if !a.neg && adjusted < -p {
            Dec::finite(false, pow10(p) + 1u8, -p)
        } else if a.neg && adjusted < -p - 1 {
            Dec::finite(false, pow10(p + 1) - 1u8, -p - 1)
        } else {
            let mut more = 3;
            loop {
                let (coeff, exp) = exp_digits(a.neg, &a.coeff, a.exp, p + more);
                if !open(&coeff, p) {
                    break Dec::finite(false, coeff, exp);
                }
                more *= 2;
            }
        };
        self.fix_nearest(r)
    }
    /// What is common to logarithms: the result where nothing is computed.
    fn log_special(&mut self, a: &Dec) -> Option<Dec> {
        if let Some(n) = self.nan_of(a, None) {
            return Some(n);
        }
        if a.is_zero() {
            return Some(Dec::infinity(true));
        }
        if a.neg {
            return Some(self.invalid(INVALID_OPERATION));
        }
        if a.is_infinite() {
            return Some(a.clone());
        }
        None
    }
    fn log(&mut self, a: &Dec, bound: i64, base10: bool) -> Dec {
        let p = self.prec;
        if p > MOST_DIGITS || bound < -MOST_DIGITS {
            return self.invalid(NO_MEMORY);
        }
        let mut places = (p - bound + 3).max(3);
        loop {
            let (sign, coeff) = log_digits(&a.coeff, a.exp, places, base10).into_parts();
            if !open(&coeff, p) {
                return self.fix_nearest(Dec::finite(sign == Sign::Negative, coeff, -places));
            }
            places += 3 + (places - p).max(0) / 2;
        }
    }
    pub fn ln(&mut self, a: &Dec) -> Dec {
        if let Some(r) = self.log_special(a) {
            return r;
        }
        let one = Dec::finite(false, UBig::ONE, 0);
        if compare(a, &one).is_eq() {
            return Dec::zero(false, 0);
        }
        self.log(a, ln_bound(a), false)
    }
    pub fn log10(&mut self, a: &Dec) -> Dec {
        if let Some(r) = self.log_special(a) {
            return r;
        }
        if a.coeff == pow10(a.digits() - 1) {
            let adjusted = a.adjusted();
            let n = UBig::from(adjusted.unsigned_abs());
            return self.fix_nearest(Dec::finite(adjusted < 0, n, 0));
        }
        // One digit less than the natural logarithm has.
        let bound = match a.adjusted() {
            n @ 1.. => i64::from(n.ilog10()),
            n @ ..=-2 => i64::from((-1 - n).max(1).ilog10()),
            _ => ln_bound(a) - 1,
        };
        self.log(a, bound, true)
    }
    /// A power that is not exact, of numbers for which no special rule holds;
    /// `None` if the rounding is not settled by a few digits more: then the
    /// power may well be exact.
    pub fn inexact_power(&mut self, a: &Dec, b: &Dec) -> Option<Dec> {
        let one = Dec::finite(false, UBig::ONE, 0);
        let ordinary = |d: &Dec| d.is_finite() && !d.is_zero();
        if !ordinary(a) || !ordinary(b) || self.prec > MOST_DIGITS {
            return None;
        }
        let base = a.with_sign(false);
        if compare(&base, &one).is_eq() || (a.neg && !b.is_integer()) {
            return None;
        }
        let size =
            ln_bound(&base).max(a.adjusted().unsigned_abs().max(1).ilog10() as i64) + b.adjusted();
        if !(-MOST_DIGITS..16).contains(&size) || b.adjusted() > 40 || b.exp.abs() > MOST_DIGITS {
            return None;
        }
        let odd = a.neg && rescale(b, 0, Rounding::Down).coeff.bit(0);
        let p = self.prec;
        for more in [3, 9] {
            let inner = p + more + 3;
            let places = (inner + b.adjusted() + 3).max(3);
            let log = log_digits(&base.coeff, base.exp, places, false);
            let (sign, log) = log.into_parts();
            let exponent = scale10(&(log * &b.coeff), b.exp + inner + 1 - places);
            if exponent.is_zero() {
                return None;
            }
            let neg = (sign == Sign::Negative) != b.neg;
            let (coeff, exp) = exp_digits(neg, &exponent, -(inner + 1), inner);
            let coeff = nearest(&coeff, &pow10(3));
            if !open(&coeff, p) {
                return Some(self.fix(Dec::finite(odd, coeff, exp + 3)));
            }
        }
        None
    }
}
