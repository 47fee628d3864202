//! `int(text, base)`: underscores, prefixes, signs, white space.

use super::error::NumError;
use super::limbs::Limbs;
use super::{Int, big, mag};

/// Why a text is not an integer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ParseIntError {
    /// Not a literal: the caller says `invalid literal for int() with base {base}: {text!r}`.
    Invalid,
    /// More decimal digits than `sys.set_int_max_str_digits` allows; the number found.
    TooManyDigits(usize),
    /// Too large for memory.
    Error(NumError),
}

impl From<NumError> for ParseIntError {
    fn from(error: NumError) -> Self {
        Self::Error(error)
    }
}

/// Longest text (in digits) that is read by repeated multiplication.
const SCHOOLBOOK_DIGITS: usize = 250;

/// Value of a digit in bases up to 36, or 255.
#[inline]
fn digit_value(byte: u8) -> u8 {
    match byte {
        b'0'..=b'9' => byte - b'0',
        b'a'..=b'z' => byte - b'a' + 10,
        b'A'..=b'Z' => byte - b'A' + 10,
        _ => 255,
    }
}

/// What `bytes.isspace` and the number parsers skip.
pub(crate) fn trim_space(text: &[u8]) -> &[u8] {
    let is_space = |byte: &u8| matches!(byte, b' ' | 9..=13);
    let start = text
        .iter()
        .position(|byte| !is_space(byte))
        .unwrap_or(text.len());
    let end = text
        .iter()
        .rposition(|byte| !is_space(byte))
        .map_or(start, |at| at + 1);
    &text[start..end]
}

/// Reads `text` (ASCII; other digits and spaces have been replaced by the caller) in `base`
/// (2 to 36, or 0 to obey the prefix). `max_digits` limits bases that are no power of two; 0 is
/// no limit.
pub fn parse_int(text: &[u8], base: u32, max_digits: usize) -> Result<Int, ParseIntError> {
    let text = trim_space(text);
    let (negative, text) = match text {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        _ => (false, text),
    };
    if base == 10
        && let Some(value) = parse_short_decimal(text)
    {
        let value = Int::from(value);
        return Ok(if negative { value.negated() } else { value });
    }
    let (base, digits, must_be_zero) = split_prefix(text, base);
    let count = check_digits(digits, base)?;
    if !base.is_power_of_two() && max_digits > 0 && count > max_digits {
        return Err(ParseIntError::TooManyDigits(count));
    }
    let value = if base == 10 && count == digits.len() && count <= SCHOOLBOOK_DIGITS {
        parse_decimal(digits)?
    } else if base.is_power_of_two() {
        parse_power_of_two(digits, count, base.trailing_zeros())?
    } else if count <= SCHOOLBOOK_DIGITS {
        parse_schoolbook(digits, count, base)?
    } else {
        let clean: String = digits
            .iter()
            .filter(|&&b| b != b'_')
            .map(|&b| b as char)
            .collect();
        big::parse(&clean, base).ok_or(ParseIntError::Invalid)??
    };
    if must_be_zero && !value.as_ref().is_zero() {
        return Err(ParseIntError::Invalid);
    }
    Ok(if negative { value.negated() } else { value })
}

/// The everyday case: up to 38 decimal digits, nothing else.
#[inline]
fn parse_short_decimal(text: &[u8]) -> Option<u128> {
    match text.len() {
        1..=19 => decimal_chunk(text).map(u128::from),
        20..=38 => {
            let (high, low) = text.split_at(text.len() - 19);
            let power = 10_000_000_000_000_000_000;
            Some(u128::from(decimal_chunk(high)?) * power + u128::from(decimal_chunk(low)?))
        }
        _ => None,
    }
}

/// Up to nineteen decimal digits.
#[inline]
fn decimal_chunk(text: &[u8]) -> Option<u64> {
    let (eights, rest) = text.as_chunks::<8>();
    let mut value = 0u64;
    for eight in eights {
        value = value * 100_000_000 + eight_digits(u64::from_le_bytes(*eight))?;
    }
    for byte in rest {
        let digit = byte.wrapping_sub(b'0');
        if digit > 9 {
            return None;
        }
        value = value * 10 + u64::from(digit);
    }
    Some(value)
}

/// Eight ASCII digits at once: neighbours are joined to pairs, pairs to fours, fours to the value.
#[inline]
fn eight_digits(word: u64) -> Option<u64> {
    const HIGH: u64 = 0xf0f0_f0f0_f0f0_f0f0;
    let digits = word ^ 0x3030_3030_3030_3030;
    if (digits | digits.wrapping_add(0x0606_0606_0606_0606)) & HIGH != 0 {
        return None;
    }
    let pairs = digits.wrapping_mul(10 << 8 | 1) >> 8 & 0x00ff_00ff_00ff_00ff;
    let fours = pairs.wrapping_mul(100 << 16 | 1) >> 16 & 0x0000_ffff_0000_ffff;
    Some(fours.wrapping_mul(10_000 << 32 | 1) >> 32)
}

/// Resolves base 0 and strips a prefix that fits the base. The flag says that leading zeros are
/// only allowed for zero itself (a decimal literal in base 0).
fn split_prefix(text: &[u8], base: u32) -> (u32, &[u8], bool) {
    let prefixed = match text {
        [b'0', b'x' | b'X', ..] => 16,
        [b'0', b'o' | b'O', ..] => 8,
        [b'0', b'b' | b'B', ..] => 2,
        _ => 0,
    };
    if prefixed != 0 && (base == 0 || base == prefixed) {
        let digits = &text[2..];
        // One underscore may follow the prefix.
        let digits = digits.strip_prefix(b"_").unwrap_or(digits);
        return (prefixed, digits, false);
    }
    match base {
        0 => (10, text, text.first() == Some(&b'0')),
        _ => (base, text, false),
    }
}

/// Checks digits and underscores (single, between digits); gives the number of digits.
fn check_digits(text: &[u8], base: u32) -> Result<usize, ParseIntError> {
    let mut count = 0;
    let mut after_digit = false;
    for &byte in text {
        if byte == b'_' && after_digit {
            after_digit = false;
        } else if u32::from(digit_value(byte)) < base {
            count += 1;
            after_digit = true;
        } else {
            return Err(ParseIntError::Invalid);
        }
    }
    if after_digit {
        Ok(count)
    } else {
        Err(ParseIntError::Invalid)
    }
}

fn parse_power_of_two(text: &[u8], count: usize, bits: u32) -> Result<Int, NumError> {
    let mut out = Limbs::zeroed((count as u64 * u64::from(bits)).div_ceil(64) as usize)?;
    let limbs = out.as_mut_slice();
    let mut window = 0u128;
    let mut have = 0;
    let mut at = 0;
    for &byte in text.iter().rev().filter(|&&byte| byte != b'_') {
        window |= u128::from(digit_value(byte)) << have;
        have += bits;
        if have >= 64 {
            limbs[at] = window as u64;
            at += 1;
            window >>= 64;
            have -= 64;
        }
    }
    if have > 0 {
        limbs[at] = window as u64;
    }
    Ok(Int::from_limbs(false, out))
}

/// Decimal digits without underscores, nineteen at a time.
fn parse_decimal(digits: &[u8]) -> Result<Int, ParseIntError> {
    let mut out = Limbs::zeroed(digits.len().div_ceil(19))?;
    let limbs = out.as_mut_slice();
    let (mut rest, mut used, mut len) = (digits, 0, (digits.len() - 1) % 19 + 1);
    while !rest.is_empty() {
        let (chunk, tail) = rest.split_at(len);
        let value = decimal_chunk(chunk).ok_or(ParseIntError::Invalid)?;
        let carry = mag::mul_small(&mut limbs[..used], 10_000_000_000_000_000_000, value);
        if carry != 0 {
            limbs[used] = carry;
            used += 1;
        }
        (rest, len) = (tail, 19);
    }
    Ok(Int::from_limbs(false, out))
}

fn parse_schoolbook(text: &[u8], count: usize, base: u32) -> Result<Int, NumError> {
    // The largest power of the base in a limb, and its exponent.
    let chunk_digits = (64.0 / f64::from(base).log2()) as usize;
    let chunk_digits = if u64::from(base).checked_pow(chunk_digits as u32).is_some() {
        chunk_digits
    } else {
        chunk_digits - 1
    };
    let mut out = Limbs::zeroed(count.div_ceil(chunk_digits))?;
    let limbs = out.as_mut_slice();
    let mut used = 0;
    let mut value = 0u64;
    let mut factor = 1u64;
    let mut left = count;
    let mut in_chunk = (count - 1) % chunk_digits + 1;
    for &byte in text.iter().filter(|&&byte| byte != b'_') {
        value = value * u64::from(base) + u64::from(digit_value(byte));
        factor *= u64::from(base);
        left -= 1;
        in_chunk -= 1;
        if in_chunk == 0 {
            let carry = mag::mul_small(&mut limbs[..used], factor, value);
            if carry != 0 {
                limbs[used] = carry;
                used += 1;
            }
            (value, factor, in_chunk) = (0, 1, chunk_digits.min(left));
        }
    }
    Ok(Int::from_limbs(false, out))
}
