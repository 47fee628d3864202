//! Arithmetic of the General Decimal Arithmetic specification.

use std::cmp::Ordering;

use dashu_int::UBig;
use dashu_int::ops::SquareRootRem;

use super::context::status::*;
use super::context::{Ctx, Rounding};
use super::number::{Dec, TOO_LONG, div_rem, pow10};

/// Compares finite magnitudes.
fn cmp_magnitude(a: &Dec, b: &Dec) -> Ordering {
    match (a.coeff.is_zero(), b.coeff.is_zero()) {
        (true, true) => return Ordering::Equal,
        (true, false) => return Ordering::Less,
        (false, true) => return Ordering::Greater,
        _ => {}
    }
    let by_size = a.adjusted().cmp(&b.adjusted());
    if by_size.is_ne() {
        return by_size;
    }
    match a.exp.cmp(&b.exp) {
        Ordering::Equal => a.coeff.cmp(&b.coeff),
        Ordering::Greater => (&a.coeff * pow10(a.exp - b.exp)).cmp(&b.coeff),
        Ordering::Less => a.coeff.cmp(&(&b.coeff * pow10(b.exp - a.exp))),
    }
}
/// Compares numbers that are no NaNs.
pub fn compare(a: &Dec, b: &Dec) -> Ordering {
    let sign = |d: &Dec| match (d.is_zero(), d.neg) {
        (true, _) => 0,
        (_, true) => -1,
        _ => 1,
    };
    let (x, y) = (sign(a), sign(b));
    if x != y {
        return x.cmp(&y);
    }
    let magnitude = match (a.is_infinite(), b.is_infinite()) {
        (true, true) => Ordering::Equal,
        (true, false) => Ordering::Greater,
        (false, true) => Ordering::Less,
        _ => cmp_magnitude(a, b),
    };
    if x < 0 {
        magnitude.reverse()
    } else {
        magnitude
    }
}

/// `d` with another exponent, rounded if need be.
pub fn rescale(d: &Dec, exp: i64, rounding: Rounding) -> Dec {
    if d.coeff.is_zero() {
        return Dec::zero(d.neg, exp);
    }
    if d.exp >= exp {
        return Dec::finite(d.neg, &d.coeff * pow10(d.exp - exp), exp);
    }
    Dec::finite(d.neg, rounding.shorten(d.neg, &d.coeff, exp - d.exp).0, exp)
}

impl Ctx {
    pub fn add(&mut self, a: &Dec, b: &Dec) -> Dec {
        if let Some(n) = self.nan_of(a, Some(b)) {
            return n;
        }
        match (a.is_infinite(), b.is_infinite()) {
            (true, true) if a.neg != b.neg => return self.invalid(INVALID_OPERATION),
            (true, _) => return a.clone(),
            (_, true) => return b.clone(),
            _ => {}
        }
        let r = self.sum(a, b);
        self.fix(r)
    }
    /// The sum of finite numbers, with as many digits as rounding needs.
    fn sum(&mut self, a: &Dec, b: &Dec) -> Dec {
        let mut exp = a.exp.min(b.exp);
        let zero_neg = self.rounding == Rounding::Floor && a.neg != b.neg;
        match (a.coeff.is_zero(), b.coeff.is_zero()) {
            (true, true) => return Dec::zero(a.neg && b.neg || zero_neg, exp),
            (true, false) => {
                exp = exp.max(b.exp - self.prec - 1);
                return rescale(b, exp, self.rounding);
            }
            (false, true) => {
                exp = exp.max(a.exp - self.prec - 1);
                return rescale(a, exp, self.rounding);
            }
            _ => {}
        }
        let (high, low) = if a.exp < b.exp { (b, a) } else { (a, b) };
        let floor = high.exp + (high.digits() - self.prec - 2).min(-1);
        // What lies far below matters by being there only.
        let far;
        let low = if low.adjusted() < floor {
            far = Dec::finite(low.neg, UBig::ONE, floor);
            &far
        } else {
            low
        };
        let x = match high.exp == low.exp {
            true => high.coeff.clone(),
            false => &high.coeff * pow10(high.exp - low.exp),
        };
        if high.neg == low.neg {
            return Dec::finite(high.neg, x + &low.coeff, low.exp);
        }
        match x.cmp(&low.coeff) {
            Ordering::Equal => Dec::zero(zero_neg, exp),
            Ordering::Greater => Dec::finite(high.neg, x - &low.coeff, low.exp),
            Ordering::Less => Dec::finite(low.neg, &low.coeff - x, low.exp),
        }
    }
    pub fn sub(&mut self, a: &Dec, b: &Dec) -> Dec {
        if let Some(n) = self.nan_of(a, Some(b)) {
            return n;
        }
        self.add(a, &b.with_sign(!b.neg))
    }
    /// The product, not rounded; `None` if there is none.
    fn product(&mut self, a: &Dec, b: &Dec) -> Dec {
        let neg = a.neg != b.neg;
        if a.is_infinite() || b.is_infinite() {
            return match a.is_zero() || b.is_zero() {
                true => self.invalid(INVALID_OPERATION),
                false => Dec::infinity(neg),
            };
        }
        Dec::finite(neg, &a.coeff * &b.coeff, a.exp + b.exp)
    }
    pub fn mul(&mut self, a: &Dec, b: &Dec) -> Dec {
        if let Some(n) = self.nan_of(a, Some(b)) {
            return n;
        }
        let r = self.product(a, b);
        self.fix(r)
    }
    pub fn fma(&mut self, a: &Dec, b: &Dec, c: &Dec) -> Dec {
        use super::number::Kind::Signaling;
        if a.kind == Signaling || b.kind == Signaling || a.is_nan() || b.is_nan() {
            let both = a.kind != Signaling && b.kind != Signaling && c.kind == Signaling;
            let n = if both {
                self.nan_of(c, None)
            } else {
                self.nan_of(a, Some(b))
            };
            return n.unwrap_or_else(Dec::nan);
        }
        if let Some(n) = self.nan_of(c, None) {
            if (a.is_infinite() && b.is_zero()) || (a.is_zero() && b.is_infinite()) {
                return self.invalid(INVALID_OPERATION);
            }
            return n;
        }
        let p = self.product(a, b);
        if p.is_nan() {
            return p;
        }
        self.add(&p, c)
    }
    pub fn div(&mut self, a: &Dec, b: &Dec) -> Dec {
        if let Some(n) = self.nan_of(a, Some(b)) {
            return n;
        }
        let neg = a.neg != b.neg;
        match (a.is_infinite(), b.is_infinite()) {
            (true, true) => return self.invalid(INVALID_OPERATION),
            (true, _) => return Dec::infinity(neg),
            (_, true) => {
                self.status |= CLAMPED;
                return Dec::zero(neg, self.etiny());
            }
            _ => {}
        }
        if b.coeff.is_zero() {
            if a.coeff.is_zero() {
                return self.invalid(DIVISION_UNDEFINED);
            }
            self.status |= DIVISION_BY_ZERO;
            return Dec::infinity(neg);
        }
        let ideal = a.exp - b.exp;
        if a.coeff.is_zero() {
            return self.fix(Dec::zero(neg, ideal));
        }
        let (n, m) = (a.digits(), b.digits());
        // With an enormous precision only an exact quotient can be had.
        let huge = self.prec > TOO_LONG;
        let prec = if huge { n + 4 * m } else { self.prec };
        let shift = m - n + prec + 1;
        let mut exp = ideal - shift;
        let (mut q, r) = match shift >= 0 {
            true => div_rem(&(&a.coeff * pow10(shift)), &b.coeff),
            false => div_rem(&a.coeff, &(&b.coeff * pow10(-shift))),
        };
        if !r.is_zero() {
            if huge {
                return self.invalid(NO_MEMORY);
            }
            if &q % 5u8 == 0 {
                q += 1u8;
            }
        } else {
            strip_zeros(&mut q, &mut exp, ideal);
        }
        self.fix(Dec::finite(neg, q, exp))
    }
    /// Whole quotient and remainder of finite numbers; `None`: the quotient
    /// does not fit.
    fn split(&mut self, a: &Dec, b: &Dec) -> Option<(Dec, Dec)> {
        let neg = a.neg != b.neg;
        let ideal = if b.is_infinite() {
            a.exp
        } else {
            a.exp.min(b.exp)
        };
        let diff = a.adjusted() - if b.is_infinite() { 0 } else { b.adjusted() };
        if a.is_zero() || b.is_infinite() || diff <= -2 {
            return Some((Dec::zero(neg, 0), rescale(a, ideal, self.rounding)));
        }
        if diff <= self.prec {
            let x = &a.coeff * pow10(a.exp - ideal);
            let y = &b.coeff * pow10(b.exp - ideal);
            let (q, r) = div_rem(&x, &y);
            if super::number::digits(&q) <= self.prec {
                return Some((Dec::finite(neg, q, 0), Dec::finite(a.neg, r, ideal)));
            }
        }
        self.status |= DIVISION_IMPOSSIBLE;
        None
    }
    pub fn div_int(&mut self, a: &Dec, b: &Dec) -> Dec {
        if let Some(n) = self.nan_of(a, Some(b)) {
            return n;
        }
        if a.is_infinite() {
            return match b.is_infinite() {
                true => self.invalid(INVALID_OPERATION),
                false => Dec::infinity(a.neg != b.neg),
            };
        }
        if b.is_zero() {
            if a.is_zero() {
                return self.invalid(DIVISION_UNDEFINED);
            }
            self.status |= DIVISION_BY_ZERO;
            return Dec::infinity(a.neg != b.neg);
        }
        match self.split(a, b) {
            Some((q, _)) => self.fix(q),
            None => Dec::nan(),
        }
    }
    /// What operands give that have no remainder.
    fn no_remainder(&mut self, a: &Dec, b: &Dec) -> Option<Dec> {
        if let Some(n) = self.nan_of(a, Some(b)) {
            return Some(n);
        }
        let why = match (a.is_infinite(), b.is_zero()) {
            (false, false) => return None,
            (false, true) if a.is_zero() => DIVISION_UNDEFINED,
            _ => INVALID_OPERATION,
        };
        Some(self.invalid(why))
    }
    pub fn rem(&mut self, a: &Dec, b: &Dec) -> Dec {
        if let Some(n) = self.no_remainder(a, b) {
            return n;
        }
        match self.split(a, b) {
            Some((_, r)) => self.fix(r),
            None => Dec::nan(),
        }
    }
    pub fn divmod(&mut self, a: &Dec, b: &Dec) -> (Dec, Dec) {
        if let Some(n) = self.nan_of(a, Some(b)) {
            return (n.clone(), n);
        }
        let neg = a.neg != b.neg;
        if a.is_infinite() {
            self.status |= INVALID_OPERATION;
            return match b.is_infinite() {
                true => (Dec::nan(), Dec::nan()),
                false => (Dec::infinity(neg), Dec::nan()),
            };
        }
        if b.is_zero() {
            if a.is_zero() {
                self.status |= DIVISION_UNDEFINED;
                return (Dec::nan(), Dec::nan());
            }
            self.status |= DIVISION_BY_ZERO | INVALID_OPERATION;
            return (Dec::infinity(neg), Dec::nan());
        }
        match self.split(a, b) {
            Some((q, r)) => (self.fix(q), self.fix(r)),
            None => (Dec::nan(), Dec::nan()),
        }
    }
    pub fn remainder_near(&mut self, a: &Dec, b: &Dec) -> Dec {
        if let Some(n) = self.no_remainder(a, b) {
            return n;
        }
        if b.is_infinite() {
            return self.fix(a.clone());
        }
        let ideal = a.exp.min(b.exp);
        if a.is_zero() {
            return self.fix(Dec::zero(a.neg, ideal));
        }
        let diff = a.adjusted() - b.adjusted();
        if diff > self.prec {
            return self.invalid(DIVISION_IMPOSSIBLE);
        }
        if diff <= -2 {
            let r = rescale(a, ideal, self.rounding);
            return self.fix(r);
        }
        let x = &a.coeff * pow10(a.exp - ideal);
        let y = &b.coeff * pow10(b.exp - ideal);
        let (mut q, mut r) = div_rem(&x, &y);
        let mut neg = a.neg;
        let twice = (&r << 1) + (&q & UBig::ONE);
        if twice > y {
            r = y - r;
            q += 1u8;
            neg = !neg;
        }
        if super::number::digits(&q) > self.prec {
            return self.invalid(DIVISION_IMPOSSIBLE);
        }
        self.fix(Dec::finite(neg, r, ideal))
    }
    pub fn absolute(&mut self, a: &Dec) -> Dec {
        if let Some(n) = self.nan_of(a, None) {
            return n;
        }
        self.fix(a.with_sign(false))
    }
    pub fn plus(&mut self, a: &Dec) -> Dec {
        if let Some(n) = self.nan_of(a, None) {
            return n;
        }
        if a.is_zero() && self.rounding != Rounding::Floor {
            return self.fix(a.with_sign(false));
        }
        self.fix(a.clone())
    }
    pub fn minus(&mut self, a: &Dec) -> Dec {
        if let Some(n) = self.nan_of(a, None) {
            return n;
        }
        if a.is_zero() && self.rounding != Rounding::Floor {
            return self.fix(a.with_sign(false));
        }
        self.fix(a.with_sign(!a.neg))
    }
    pub fn quantize(&mut self, a: &Dec, b: &Dec) -> Dec {
        if let Some(n) = self.nan_of(a, Some(b)) {
            return n;
        }
        match (a.is_infinite(), b.is_infinite()) {
            (true, true) => return a.clone(),
            (false, false) => {}
            _ => return self.invalid(INVALID_OPERATION),
        }
        if b.exp > self.emax || b.exp < self.etiny() {
            return self.invalid(INVALID_OPERATION);
        }
        self.to_exponent(a, b.exp)
    }
    /// `a` with exactly that exponent.
    pub fn to_exponent(&mut self, a: &Dec, exp: i64) -> Dec {
        if a.coeff.is_zero() {
            return self.fix(Dec::zero(a.neg, exp));
        }
        let adjusted = a.adjusted();
        if adjusted > self.emax || adjusted - exp + 1 > self.prec {
            return self.invalid(INVALID_OPERATION);
        }
        let r = rescale(a, exp, self.rounding);
        if (r.adjusted() > self.emax && !r.is_zero()) || r.digits() > self.prec {
            return self.invalid(INVALID_OPERATION);
        }
        if !r.is_zero() && r.adjusted() < self.emin {
            self.status |= SUBNORMAL;
        }
        if exp > a.exp {
            if compare(&r, a).is_ne() {
                self.status |= INEXACT;
            }
            self.status |= ROUNDED;
        }
        self.fix(r)
    }
    /// Rounds to a whole number; `exact`: says so if something got lost.
    pub fn to_integral(&mut self, a: &Dec, exact: bool) -> Dec {
        if let Some(n) = self.nan_of(a, None) {
            return n;
        }
        if a.is_infinite() || a.exp >= 0 {
            return a.clone();
        }
        if a.coeff.is_zero() {
            return Dec::zero(a.neg, 0);
        }
        let r = rescale(a, 0, self.rounding);
        if exact {
            self.status |= ROUNDED;
            if compare(&r, a).is_ne() {
                self.status |= INEXACT;
            }
        }
        r
    }
    pub fn normalize(&mut self, a: &Dec) -> Dec {
        if let Some(n) = self.nan_of(a, None) {
            return n;
        }
        let mut d = self.fix(a.clone());
        if !d.is_finite() {
            return d;
        }
        if d.coeff.is_zero() {
            return Dec::zero(d.neg, 0);
        }
        let most = if self.clamp { self.etop() } else { self.emax };
        strip_zeros(&mut d.coeff, &mut d.exp, most);
        d
    }
    pub fn sqrt(&mut self, a: &Dec) -> Dec {
        if let Some(n) = self.nan_of(a, None) {
            return n;
        }
        if a.is_infinite() && !a.neg {
            return a.clone();
        }
        if a.is_zero() {
            return self.fix(Dec::zero(a.neg, a.exp >> 1));
        }
        if a.neg {
            return self.invalid(INVALID_OPERATION);
        }
        let huge = self.prec > TOO_LONG;
        let prec = 1 + if huge { a.digits() + 1 } else { self.prec };
        let mut e = a.exp >> 1;
        let (mut c, l) = match a.exp & 1 {
            1 => (&a.coeff * UBig::from(10u8), (a.digits() >> 1) + 1),
            _ => (a.coeff.clone(), (a.digits() + 1) >> 1),
        };
        let shift = prec - l;
        let mut exact = true;
        if shift >= 0 {
            c *= pow10(2 * shift);
        } else {
            let (q, r) = div_rem(&c, &pow10(-2 * shift));
            c = q;
            exact = r.is_zero();
        }
        e -= shift;
        let (mut n, r) = c.sqrt_rem();
        exact &= r.is_zero();
        if exact {
            match shift >= 0 {
                true => n = div_rem(&n, &pow10(shift)).0,
                false => n *= pow10(-shift),
            }
            e += shift;
        } else {
            if huge {
                return self.invalid(NO_MEMORY);
            }
            if &n % 5u8 == 0 {
                n += 1u8;
            }
        }
        let rounding = std::mem::replace(&mut self.rounding, Rounding::HalfEven);
        let r = self.fix(Dec::finite(false, n, e));
        self.rounding = rounding;
        r
    }
}

/// Takes zeros off the end of a coefficient, up to an exponent.
pub fn strip_zeros(coeff: &mut UBig, exp: &mut i64, most: i64) {
    let ten = UBig::from(10u8);
    for step in [4096i64, 64, 8, 1] {
        let unit = if step == 1 { ten.clone() } else { pow10(step) };
        if *coeff < unit {
            continue;
        }
        while *exp + step <= most {
            let (q, r) = div_rem(coeff, &unit);
            if !r.is_zero() {
                break;
            }
            *coeff = q;
            *exp += step;
        }
    }
}
