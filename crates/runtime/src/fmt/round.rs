//! `round(x, n)` for doubles, on the exact decimal value.

use std::io::Write;

use crate::bigint::{ErrorClass, NumError, NumResult};

use super::digits::scaled_integer;

const TOO_LARGE: NumError =
    NumError::fixed(ErrorClass::Overflow, "rounded value too large to represent");

/// Beyond this many decimals every double is its own rounding.
const MAX_DECIMALS: i64 = 323;
/// Beyond this many places before the point every double rounds to zero.
const MIN_DECIMALS: i64 = -308;

/// `round(x, decimals)`: the double nearest to the decimal number that `x` rounds to (half to
/// even on the exact value of `x`).
pub fn round_f64(x: f64, decimals: i64) -> NumResult<f64> {
    if !x.is_finite() || x == 0.0 || decimals > MAX_DECIMALS {
        return Ok(x);
    }
    if decimals < MIN_DECIMALS {
        return Ok(0.0 * x);
    }
    let decimals = decimals as i32;
    let rounded = match scaled_integer(x, decimals) {
        // Both operands of the division (or product) are exact, so it is rounded once.
        Some(n) if n <= 1 << 53 && decimals >= 0 => n as f64 / POWERS[decimals as usize],
        Some(n) if n <= 1 << 53 && decimals >= -22 => n as f64 * POWERS[-decimals as usize],
        _ => round_text(x.abs(), decimals),
    };
    if rounded.is_infinite() {
        return Err(TOO_LARGE);
    }
    Ok(rounded.copysign(x))
}

const POWERS: [f64; 23] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
    1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
];

/// By way of the decimal text.
fn round_text(x: f64, decimals: i32) -> f64 {
    let text = if decimals >= 0 {
        format!("{x:.*}", decimals as usize)
    } else {
        round_whole_text(x, decimals.unsigned_abs() as usize)
    };
    text.parse().unwrap_or(x)
}

/// Rounds away `places` digits before the point.
fn round_whole_text(x: f64, places: usize) -> String {
    let mut text = Vec::new();
    // The whole part is exact; a fraction only matters when the rest is exactly half.
    let _ = write!(text, "{:.0}", x.trunc());
    let fraction = x.fract() != 0.0;
    if text.len() < places {
        return "0".into();
    }
    let rest = text.split_off(text.len() - places);
    let above_half = rest[0] > b'5'
        || (rest[0] == b'5' && (fraction || rest[1..].iter().any(|&digit| digit != b'0')));
    let half = rest[0] == b'5' && !above_half;
    let odd = text.last().is_some_and(|digit| digit & 1 == 1);
    if above_half || (half && odd) {
        increment_decimal(&mut text);
    }
    let digits = String::from_utf8_lossy(&text).into_owned();
    if digits.is_empty() {
        "0".into()
    } else {
        format!("{digits}e{places}")
    }
}

fn increment_decimal(text: &mut Vec<u8>) {
    for digit in text.iter_mut().rev() {
        if *digit < b'9' {
            *digit += 1;
            return;
        }
        *digit = b'0';
    }
    text.insert(0, b'1');
}
