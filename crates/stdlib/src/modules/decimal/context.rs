//! The rules of a computation: precision, range, rounding; what happened.

use std::cmp::Ordering;

use dashu_int::UBig;
use dashu_int::ops::BitTest;

use super::number::{Dec, Kind, SMALL_POWERS, digits, div_rem, pow10, small};

/// Conditions.
pub mod status {
    pub const CLAMPED: u32 = 1;
    pub const CONVERSION_SYNTAX: u32 = 2;
    pub const DIVISION_BY_ZERO: u32 = 4;
    pub const DIVISION_IMPOSSIBLE: u32 = 8;
    pub const DIVISION_UNDEFINED: u32 = 0x10;
    pub const INEXACT: u32 = 0x40;
    pub const INVALID_CONTEXT: u32 = 0x80;
    pub const INVALID_OPERATION: u32 = 0x100;
    pub const NO_MEMORY: u32 = 0x200;
    pub const OVERFLOW: u32 = 0x800;
    pub const ROUNDED: u32 = 0x1000;
    pub const SUBNORMAL: u32 = 0x2000;
    pub const UNDERFLOW: u32 = 0x4000;
    pub const FLOAT_OPERATION: u32 = 0x400;
    /// All that are the signal `InvalidOperation`.
    pub const INVALID: u32 = CONVERSION_SYNTAX
        | DIVISION_IMPOSSIBLE
        | DIVISION_UNDEFINED
        | INVALID_CONTEXT
        | INVALID_OPERATION
        | NO_MEMORY;
}
use status::*;

/// How to round.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Rounding {
    Up,
    Down,
    Ceiling,
    Floor,
    HalfUp,
    HalfDown,
    HalfEven,
    Zero5Up,
}
/// All ways to round, with their names.
pub const ROUNDINGS: [(Rounding, &str); 8] = [
    (Rounding::Up, "ROUND_UP"),
    (Rounding::Down, "ROUND_DOWN"),
    (Rounding::Ceiling, "ROUND_CEILING"),
    (Rounding::Floor, "ROUND_FLOOR"),
    (Rounding::HalfUp, "ROUND_HALF_UP"),
    (Rounding::HalfDown, "ROUND_HALF_DOWN"),
    (Rounding::HalfEven, "ROUND_HALF_EVEN"),
    (Rounding::Zero5Up, "ROUND_05UP"),
];

impl Rounding {
    /// Is something rounded up? `half`: how the rest compares with a half.
    fn goes_up(self, neg: bool, half: Ordering, odd: bool, five: bool) -> bool {
        match self {
            Rounding::Up => true,
            Rounding::Down => false,
            Rounding::Ceiling => !neg,
            Rounding::Floor => neg,
            Rounding::HalfUp => half.is_ge(),
            Rounding::HalfDown => half.is_gt(),
            Rounding::HalfEven => half.is_gt() || half.is_eq() && odd,
            Rounding::Zero5Up => five,
        }
    }
    /// `coeff` without its last `drop` digits, rounded; was it exact?
    pub fn shorten(self, neg: bool, coeff: &UBig, drop: i64) -> (UBig, bool) {
        if drop <= 0 {
            return (coeff.clone(), true);
        }
        if let (Some(n), 1..=18) = (small(coeff), drop) {
            let unit = SMALL_POWERS[drop as usize];
            let (q, r) = (n / unit, n % unit);
            let up = r != 0 && self.goes_up(neg, (2 * r).cmp(&unit), q & 1 != 0, q % 5 == 0);
            return (UBig::from(q + u64::from(up)), r == 0);
        }
        let (unit, enough) = match digits(coeff) + 1 < drop {
            // Nothing but a small fraction is left.
            true => (pow10(2), UBig::from(u8::from(!coeff.is_zero()))),
            false => (pow10(drop), coeff.clone()),
        };
        let (q, r) = div_rem(&enough, &unit);
        if r.is_zero() {
            return (q, true);
        }
        let half = (&r << 1).cmp(&unit);
        let up = self.goes_up(neg, half, q.bit(0), &q % 5u8 == 0);
        (if up { q + 1u8 } else { q }, false)
    }
}

/// A context, and the conditions that have arisen in it.
#[derive(Clone, Debug)]
pub struct Ctx {
    pub prec: i64,
    pub emin: i64,
    pub emax: i64,
    pub rounding: Rounding,
    pub clamp: bool,
    pub status: u32,
}

impl Ctx {
    pub fn etiny(&self) -> i64 {
        self.emin - (self.prec - 1)
    }
    pub fn etop(&self) -> i64 {
        self.emax - (self.prec - 1)
    }
    /// The widest context: conversions in it are exact.
    pub fn widest() -> Ctx {
        Ctx {
            prec: super::number::MAX_PREC,
            emin: super::number::MIN_EMIN,
            emax: super::number::MAX_EMAX,
            rounding: Rounding::HalfEven,
            clamp: false,
            status: 0,
        }
    }
    /// Notes a condition that makes the result a NaN.
    pub fn invalid(&mut self, condition: u32) -> Dec {
        self.status |= condition;
        Dec::nan()
    }
    /// The result when an operand is a NaN.
    pub fn nan_of(&mut self, a: &Dec, b: Option<&Dec>) -> Option<Dec> {
        let operands = [Some(a), b];
        let all = || operands.iter().flatten();
        let signaling = all().find(|d| d.kind == Kind::Signaling);
        let chosen = signaling.or_else(|| all().find(|d| d.is_nan()))?;
        if signaling.is_some() {
            self.status |= INVALID_OPERATION;
        }
        let mut r = (*chosen).clone();
        r.kind = Kind::Nan;
        Some(self.fit_payload(r))
    }
    fn fit_payload(&self, mut d: Dec) -> Dec {
        let room = self.prec - i64::from(self.clamp);
        if digits(&d.coeff) > room {
            d.coeff = div_rem(&d.coeff, &pow10(room)).1;
        }
        d
    }
    fn overflow(&mut self, neg: bool) -> Dec {
        self.status |= OVERFLOW | INEXACT | ROUNDED;
        let infinite = match self.rounding {
            Rounding::Down | Rounding::Zero5Up => false,
            Rounding::Ceiling => !neg,
            Rounding::Floor => neg,
            _ => true,
        };
        match infinite {
            true => Dec::infinity(neg),
            false => Dec::finite(neg, pow10(self.prec) - 1u8, self.etop()),
        }
    }
    /// Rounds a result into the context.
    pub fn fix(&mut self, d: Dec) -> Dec {
        match d.kind {
            Kind::Infinite => return d,
            Kind::Nan | Kind::Signaling => return self.fit_payload(d),
            Kind::Finite => {}
        }
        let (tiny, top) = (self.etiny(), self.etop());
        if d.coeff.is_zero() {
            let most = if self.clamp { top } else { self.emax };
            let exp = d.exp.max(tiny).min(most);
            if exp != d.exp {
                self.status |= CLAMPED;
            }
            return Dec::zero(d.neg, exp);
        }
        let n = d.digits();
        let mut least = n + d.exp - self.prec;
        if least > top {
            return self.overflow(d.neg);
        }
        let subnormal = least < tiny;
        least = least.max(tiny);
        if subnormal {
            self.status |= SUBNORMAL;
        }
        if d.exp < least {
            return self.round_to(d, least, subnormal);
        }
        if self.clamp && d.exp > top {
            self.status |= CLAMPED;
            let coeff = &d.coeff * pow10(d.exp - top);
            return Dec::finite(d.neg, coeff, top);
        }
        d
    }
    fn round_to(&mut self, d: Dec, mut exp: i64, subnormal: bool) -> Dec {
        let (mut coeff, exact) = self.rounding.shorten(d.neg, &d.coeff, exp - d.exp);
        self.status |= ROUNDED;
        if digits(&coeff) > self.prec {
            coeff = div_rem(&coeff, &UBig::from(10u8)).0;
            exp += 1;
        }
        if !exact {
            self.status |= INEXACT;
            if subnormal {
                self.status |= UNDERFLOW;
            }
        }
        if exp > self.etop() {
            return self.overflow(d.neg);
        }
        if coeff.is_zero() {
            self.status |= CLAMPED;
        }
        Dec::finite(d.neg, coeff, exp)
    }
}
