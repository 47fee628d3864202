//! Decimal numbers: sign, coefficient, exponent; their text.

use dashu_int::UBig;
use dashu_int::ops::{BitTest, DivRem};

/// What a number is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    Finite,
    Infinite,
    Nan,
    Signaling,
}

/// A number. The coefficient of a NaN is its payload.
#[derive(Clone, Debug)]
pub struct Dec {
    pub neg: bool,
    pub kind: Kind,
    pub coeff: UBig,
    pub exp: i64,
}

/// Largest exponent and precision, and smallest exponent, of any context.
pub const MAX_EMAX: i64 = 999_999_999_999_999_999;
pub const MIN_EMIN: i64 = -MAX_EMAX;
pub const MAX_PREC: i64 = MAX_EMAX;
pub const MIN_ETINY: i64 = MIN_EMIN - (MAX_PREC - 1);
/// Beyond this many digits nothing is computed: there would not be the memory.
pub const TOO_LONG: i64 = 200_000_000;

/// The powers of ten in one word.
pub const SMALL_POWERS: [u64; 20] = {
    let mut all = [1; 20];
    let mut i = 1;
    while i < 20 {
        all[i] = all[i - 1] * 10;
        i += 1;
    }
    all
};
/// A number of one word.
#[inline]
pub fn small(n: &UBig) -> Option<u64> {
    match *n.as_words() {
        [] => Some(0),
        [word] => Some(word),
        _ => None,
    }
}

/// `10 ** n`.
pub fn pow10(n: i64) -> UBig {
    match u32::try_from(n) {
        Ok(n @ 0..=38) => UBig::from(10u128.pow(n)),
        Ok(n) => UBig::from(10u8).pow(n as usize),
        Err(_) => UBig::ZERO,
    }
}
/// Number of decimal digits; one for zero.
pub fn digits(n: &UBig) -> i64 {
    if let Some(small) = small(n) {
        let estimate = (((64 - small.leading_zeros()) * 1233) >> 12) as usize;
        return match estimate {
            // 2 ** 64 has twenty digits.
            19.. => 19 + i64::from(small >= SMALL_POWERS[19]),
            _ => (estimate as i64 + i64::from(small >= SMALL_POWERS[estimate])).max(1),
        };
    }
    if let Ok(n) = u128::try_from(n) {
        return n.checked_ilog10().map_or(1, |d| i64::from(d) + 1);
    }
    let bits = n.bit_len() as u128;
    let floor = |b: u128| ((b * 1_292_913_986) >> 32) as i64;
    let (low, high) = (floor(bits - 1), floor(bits + 1));
    match low == high {
        true => low + 1,
        false => (low..=high)
            .rev()
            .find(|d| *n >= pow10(*d))
            .map_or(low, |d| d + 1),
    }
}
/// Quotient and remainder.
pub fn div_rem(a: &UBig, b: &UBig) -> (UBig, UBig) {
    if let (Some(a), Some(b)) = (small(a), small(b)) {
        return (UBig::from(a / b), UBig::from(a % b));
    }
    a.div_rem(b)
}

impl Dec {
    pub fn finite(neg: bool, coeff: UBig, exp: i64) -> Dec {
        Dec {
            neg,
            kind: Kind::Finite,
            coeff,
            exp,
        }
    }
    pub fn zero(neg: bool, exp: i64) -> Dec {
        Dec::finite(neg, UBig::ZERO, exp)
    }
    pub fn infinity(neg: bool) -> Dec {
        Dec {
            neg,
            kind: Kind::Infinite,
            coeff: UBig::ZERO,
            exp: 0,
        }
    }
    pub fn nan() -> Dec {
        Dec {
            neg: false,
            kind: Kind::Nan,
            coeff: UBig::ZERO,
            exp: 0,
        }
    }
    pub fn is_finite(&self) -> bool {
        self.kind == Kind::Finite
    }
    pub fn is_infinite(&self) -> bool {
        self.kind == Kind::Infinite
    }
    pub fn is_nan(&self) -> bool {
        matches!(self.kind, Kind::Nan | Kind::Signaling)
    }
    pub fn is_zero(&self) -> bool {
        self.is_finite() && self.coeff.is_zero()
    }
    pub fn digits(&self) -> i64 {
        digits(&self.coeff)
    }
    /// The exponent of the first digit.
    pub fn adjusted(&self) -> i64 {
        self.exp + self.digits() - 1
    }
    pub fn with_sign(&self, neg: bool) -> Dec {
        Dec {
            neg,
            ..self.clone()
        }
    }
    /// Is it a whole number?
    pub fn is_integer(&self) -> bool {
        if !self.is_finite() {
            return false;
        }
        if self.exp >= 0 || self.coeff.is_zero() {
            return true;
        }
        -self.exp < self.digits() && div_rem(&self.coeff, &pow10(-self.exp)).1.is_zero()
    }

    /// The text, with scientific or engineering notation where needed.
    pub fn text(&self, capitals: bool, engineering: bool) -> String {
        let sign = if self.neg { "-" } else { "" };
        match self.kind {
            Kind::Infinite => return format!("{sign}Infinity"),
            Kind::Nan | Kind::Signaling => {
                let s = if self.kind == Kind::Nan { "" } else { "s" };
                return match self.coeff.is_zero() {
                    true => format!("{sign}{s}NaN"),
                    false => format!("{sign}{s}NaN{}", self.coeff),
                };
            }
            Kind::Finite => {}
        }
        let int = self.coeff.to_string();
        let n = int.len() as i64;
        let left = self.exp + n;
        let dot = if self.exp <= 0 && left > -6 {
            left
        } else if !engineering {
            1
        } else if self.coeff.is_zero() {
            (left + 1).rem_euclid(3) - 1
        } else {
            (left - 1).rem_euclid(3) + 1
        };
        let mut out = String::from(sign);
        let zeros = |k: i64| "0".repeat(k.max(0) as usize);
        if dot <= 0 {
            out += "0.";
            out += &zeros(-dot);
            out += &int;
        } else if dot >= n {
            out += &int;
            out += &zeros(dot - n);
        } else {
            out += &int[..dot as usize];
            out += ".";
            out += &int[dot as usize..];
        }
        if left != dot {
            out.push(if capitals { 'E' } else { 'e' });
            out += &format!("{:+}", left - dot);
        }
        out
    }

    /// Reads digits, perhaps with a sign and a point, that make one word.
    pub fn parse_short(s: &[u8]) -> Option<Dec> {
        let (neg, s) = match s {
            [b'-', rest @ ..] => (true, rest),
            _ => (false, s),
        };
        let (mut n, mut count, mut point) = (0u64, 0, None);
        if s.len() > 19 {
            return None;
        }
        for c in s {
            match c {
                b'0'..=b'9' => {
                    n = n * 10 + u64::from(c - b'0');
                    count += 1;
                }
                b'.' if point.is_none() => point = Some(count),
                _ => return None,
            }
        }
        let exp = point.map_or(0, |p: i64| p - count);
        (count > 0).then(|| Dec::finite(neg, UBig::from(n), exp))
    }
    /// Reads a number; `None` if it is none. The text has ASCII digits, no
    /// spaces, no underscores.
    pub fn parse(s: &[u8]) -> Option<Dec> {
        let (neg, s) = match s {
            [b'-', rest @ ..] => (true, rest),
            [b'+', rest @ ..] => (false, rest),
            _ => (false, s),
        };
        let lower = s.to_ascii_lowercase();
        if lower == b"inf" || lower == b"infinity" {
            return Some(Dec::infinity(neg));
        }
        let (kind, payload) = match lower.strip_prefix(b"nan") {
            Some(p) => (Kind::Nan, Some(p)),
            None => (Kind::Signaling, lower.strip_prefix(b"snan")),
        };
        if let Some(p) = payload {
            let coeff = match p.is_empty() {
                true => UBig::ZERO,
                false => number(p)?,
            };
            return Some(Dec {
                neg,
                kind,
                coeff,
                exp: 0,
            });
        }
        let (mantissa, exp) = match lower.iter().position(|c| *c == b'e') {
            Some(i) => (&lower[..i], exponent(&lower[i + 1..])?),
            None => (&lower[..], 0),
        };
        let (all, fraction) = match mantissa.iter().position(|c| *c == b'.') {
            Some(i) => (
                [&mantissa[..i], &mantissa[i + 1..]].concat(),
                mantissa.len() - i - 1,
            ),
            None => (mantissa.to_vec(), 0),
        };
        Some(Dec::finite(neg, number(&all)?, exp - fraction as i64))
    }
}

fn number(digits: &[u8]) -> Option<UBig> {
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let text = std::str::from_utf8(digits).ok()?;
    UBig::from_str_radix(text, 10).ok()
}
/// An exponent; what is too large stays too large.
fn exponent(s: &[u8]) -> Option<i64> {
    let (neg, s) = match s {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        _ => (false, s),
    };
    if s.is_empty() || !s.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let limit = 4_000_000_000_000_000_000i64;
    let n = s.iter().fold(0i64, |n, c| {
        n.saturating_mul(10)
            .saturating_add(i64::from(c - b'0'))
            .min(limit)
    });
    Some(if neg { -n } else { n })
}
