//! Decimal digits of doubles: the shortest that read back, or correctly rounded (half to even,
//! on the exact value) to a given place.

use std::io::Write;

use crate::bigint::{decode_f64, format_u64};

/// Digits that fit without allocation: any 128 bit number.
const SMALL: usize = 40;

/// No double has more significant digits than this; further ones are zeros.
const MAX_SIGNIFICANT: usize = 767;

/// No double has more digits after the point than this.
const MAX_FRACTION: usize = 1074;

/// Decimal digits of a non-negative number: `0.d1 d2 d3 ... * 10**point`.
pub struct Digits {
    small: [u8; SMALL],
    large: Vec<u8>,
    len: usize,
    /// Place of the decimal point, counted from the first digit.
    pub point: i32,
}

impl Digits {
    fn empty() -> Self {
        Self {
            small: [0; SMALL],
            large: Vec::new(),
            len: 0,
            point: 0,
        }
    }

    /// The digits (ASCII), no leading zeros unless the number is zero.
    pub fn as_slice(&self) -> &[u8] {
        if self.large.is_empty() {
            &self.small[..self.len]
        } else {
            &self.large
        }
    }

    fn from_slice(digits: &[u8], point: i32) -> Self {
        let mut out = Self::empty();
        out.point = point;
        out.len = digits.len();
        if digits.len() <= SMALL {
            out.small[..digits.len()].copy_from_slice(digits);
        } else {
            out.large = digits.to_vec();
        }
        out
    }

    /// The digits of zero.
    pub fn zero() -> Self {
        Self::from_slice(b"0", 1)
    }

    fn from_u128(value: u128, decimals: i32) -> Self {
        const CHUNK: u128 = 10_000_000_000_000_000_000;
        let mut out = Self::empty();
        let mut push = |digits: &[u8]| {
            out.small[out.len..out.len + digits.len()].copy_from_slice(digits);
            out.len += digits.len();
        };
        match u64::try_from(value) {
            Ok(small) => push(format_u64(small, &mut [0; 20])),
            Err(_) => {
                let (high, low) = (value / CHUNK, (value % CHUNK) as u64);
                if let Ok(high) = u64::try_from(high) {
                    push(format_u64(high, &mut [0; 20]));
                } else {
                    push(format_u64((high / CHUNK) as u64, &mut [0; 20]));
                    push(&padded_chunk((high % CHUNK) as u64));
                }
                push(&padded_chunk(low));
            }
        }
        out.point = out.len as i32 - decimals;
        out
    }

    /// Drops trailing zeros, but keeps one digit.
    pub fn strip_zeros(&mut self) {
        let digits = self.as_slice();
        let keep = digits
            .iter()
            .rposition(|&digit| digit != b'0')
            .map_or(1, |at| at + 1);
        if self.large.is_empty() {
            self.len = keep;
        } else {
            self.large.truncate(keep);
        }
    }

    /// The shortest digits that read back as `x`, which is finite and not negative.
    pub fn shortest(x: f64) -> Self {
        if x == 0.0 {
            return Self::zero();
        }
        let mut buffer = zmij::Buffer::new();
        let mut out = Self::from_text(buffer.format_finite(x).as_bytes());
        out.strip_zeros();
        out
    }

    /// Digits and point of a number in positional or scientific notation.
    fn from_text(text: &[u8]) -> Self {
        let mut digits = [0; 2 * MAX_SIGNIFICANT];
        let (mut len, mut point, mut after_point) = (0, 0, false);
        let mut exponent = 0i32;
        for (i, &byte) in text.iter().enumerate() {
            match byte {
                b'.' => after_point = true,
                b'e' => {
                    let text = std::str::from_utf8(&text[i + 1..]).unwrap_or("0");
                    exponent = text.parse().unwrap_or(0);
                    break;
                }
                b'0' if len == 0 => point -= i32::from(after_point),
                _ => {
                    digits[len] = byte;
                    len += 1;
                    point += i32::from(!after_point);
                }
            }
        }
        Self::from_slice(&digits[..len], point + exponent)
    }

    /// `x` (finite, not negative) rounded to `decimals` digits after the point. The digits may
    /// end before that place: the rest are zeros.
    pub fn fixed(x: f64, decimals: usize) -> Self {
        if x == 0.0 {
            return Self::zero();
        }
        let decimals = decimals.min(MAX_FRACTION);
        if let Some(scaled) = scaled_integer(x, decimals as i32) {
            return Self::from_u128(scaled, decimals as i32);
        }
        let mut text = Vec::with_capacity(decimals + 330);
        // Writing to a Vec can't fail.
        let _ = write!(text, "{x:.decimals$}");
        let digits: Vec<u8> = text.iter().copied().filter(|&byte| byte != b'.').collect();
        let zeros = digits.iter().take_while(|&&digit| digit == b'0').count();
        let point = (digits.len() - decimals) as i32;
        if zeros == digits.len() {
            return Self::from_slice(b"0", 1 - decimals as i32);
        }
        Self::from_slice(&digits[zeros..], point - zeros as i32)
    }

    /// `x` (finite, positive) rounded to `count` significant digits, at least one.
    pub fn significant(x: f64, count: usize) -> Self {
        let count = count.clamp(1, MAX_SIGNIFICANT);
        if count <= 17
            && let Some(digits) = Self::significant_fast(x, count as i32)
        {
            return digits;
        }
        let mut text = Vec::with_capacity(count + 10);
        let _ = write!(text, "{x:.*e}", count - 1);
        Self::from_text(&text)
    }

    /// By integer arithmetic, for everyday magnitudes.
    fn significant_fast(x: f64, count: i32) -> Option<Self> {
        // The estimate may be off by one either way, and rounding may carry into a new digit.
        let mut decimals = count - 1 - x.log10().floor() as i32;
        let (low, high) = (10u128.pow(count as u32 - 1), 10u128.pow(count as u32));
        for _ in 0..2 {
            let scaled = scaled_integer(x, decimals)?;
            if scaled < low {
                decimals += 1;
            } else if scaled > high {
                decimals -= 1;
            } else if scaled == high {
                return Some(Self::from_u128(low, decimals - 1));
            } else {
                return Some(Self::from_u128(scaled, decimals));
            }
        }
        None
    }
}

/// Nineteen digits.
fn padded_chunk(value: u64) -> [u8; 19] {
    let mut out = [b'0'; 19];
    let mut buffer = [0; 20];
    let digits = format_u64(value, &mut buffer);
    out[19 - digits.len()..].copy_from_slice(digits);
    out
}

/// `x * 10**decimals` rounded half to even, exactly, if that can be done in 128 bits.
pub fn scaled_integer(x: f64, decimals: i32) -> Option<u128> {
    let (mantissa, exponent) = decode_f64(x);
    let mantissa = u128::from(mantissa);
    if decimals < 0 {
        return scaled_down(mantissa, exponent, decimals.unsigned_abs());
    }
    if decimals > 22 {
        return None;
    }
    // Less than 2**(53 + 73.1).
    let product = mantissa * 10u128.pow(decimals as u32);
    if exponent >= 0 {
        let shift = exponent as u32;
        return (shift < product.leading_zeros()).then(|| product << shift);
    }
    let shift = exponent.unsigned_abs();
    if shift > 127 {
        return Some(0);
    }
    let (quotient, rest, half) = (
        product >> shift,
        product & ((1 << shift) - 1),
        1u128 << (shift - 1),
    );
    Some(quotient + u128::from(rest > half || (rest == half && quotient & 1 == 1)))
}

fn scaled_down(mantissa: u128, exponent: i32, places: u32) -> Option<u128> {
    if places > 37 {
        return None;
    }
    let mut divisor = 10u128.pow(places);
    let mut dividend = mantissa;
    let shift = exponent.unsigned_abs();
    if exponent >= 0 {
        if shift >= dividend.leading_zeros() {
            return None;
        }
        dividend <<= shift;
    } else {
        // One bit stays free for doubling the remainder.
        if shift + 1 >= divisor.leading_zeros() {
            return None;
        }
        divisor <<= shift;
    }
    let (quotient, rest) = (dividend / divisor, dividend % divisor);
    let order = (rest * 2).cmp(&divisor);
    Some(quotient + u128::from(order.is_gt() || (order.is_eq() && quotient & 1 == 1)))
}
