//! `float.hex` and `float.fromhex`.

use std::io::Write;

use crate::bigint::{ErrorClass, NumError, NumResult, compose_f64, decode_f64, trim_space};

use super::float_text::push_float_repr;

const INVALID: NumError = NumError::fixed(
    ErrorClass::Value,
    "invalid hexadecimal floating-point string",
);
const TOO_LARGE: NumError = NumError::fixed(
    ErrorClass::Overflow,
    "hexadecimal value too large to represent as a float",
);

/// Appends `x.hex()`.
pub fn push_float_hex(out: &mut Vec<u8>, x: f64) {
    if !x.is_finite() {
        return push_float_repr(out, x);
    }
    if x.is_sign_negative() {
        out.push(b'-');
    }
    if x == 0.0 {
        out.extend_from_slice(b"0x0.0p+0");
        return;
    }
    let (mantissa, exponent) = decode_f64(x);
    let (whole, fraction) = (mantissa >> 52, mantissa & ((1 << 52) - 1));
    // Writing to a Vec can't fail.
    let _ = write!(out, "0x{whole}.{fraction:013x}p{:+}", exponent + 52);
}

/// Reads a hexadecimal float.
pub fn parse_float_hex(text: &[u8]) -> NumResult<f64> {
    let text = trim_space(text);
    let (negative, body) = match text {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        _ => (false, text),
    };
    let value = if body.eq_ignore_ascii_case(b"inf") || body.eq_ignore_ascii_case(b"infinity") {
        f64::INFINITY
    } else if body.eq_ignore_ascii_case(b"nan") {
        f64::NAN
    } else {
        parse_magnitude(body)?
    };
    Ok(if negative { -value } else { value })
}

fn parse_magnitude(text: &[u8]) -> NumResult<f64> {
    let mut rest = match text {
        [b'0', b'x' | b'X', rest @ ..] => rest,
        _ => text,
    };
    let (mut mantissa, mut exponent, mut sticky) = (0u128, 0i64, false);
    let (mut digits, mut after_point) = (0usize, false);
    while let Some((&byte, tail)) = rest.split_first() {
        if byte == b'.' && !after_point {
            after_point = true;
        } else if let Some(digit) = (byte as char).to_digit(16) {
            digits += 1;
            if mantissa >> 124 == 0 {
                mantissa = mantissa << 4 | u128::from(digit);
                exponent -= 4 * i64::from(after_point);
            } else {
                sticky |= digit != 0;
                exponent += 4 * i64::from(!after_point);
            }
        } else {
            break;
        }
        rest = tail;
    }
    if digits == 0 {
        return Err(INVALID);
    }
    if let [b'p' | b'P', tail @ ..] = rest {
        exponent = exponent.saturating_add(parse_exponent(tail)?);
    } else if !rest.is_empty() {
        return Err(INVALID);
    }
    // A mantissa that lost digits has 125 bits at least, so the sticky bit is below a half.
    compose_f64(mantissa, exponent.clamp(-(1 << 40), 1 << 40), sticky).ok_or(TOO_LARGE)
}

fn parse_exponent(text: &[u8]) -> NumResult<i64> {
    let (negative, digits) = match text {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        _ => (false, text),
    };
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return Err(INVALID);
    }
    let value = digits.iter().fold(0i64, |value, digit| {
        value
            .saturating_mul(10)
            .saturating_add(i64::from(digit - b'0'))
    });
    Ok(if negative { -value } else { value })
}
