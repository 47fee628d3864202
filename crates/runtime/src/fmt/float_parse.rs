//! `float(text)` and `complex(text)`: text is ASCII, the caller has replaced other digits and
//! white space (see [`crate::unicode`]).

use std::borrow::Cow;

use crate::bigint::trim_space;

/// Removes underscores, if each stands between two digits.
fn without_underscores(text: &[u8]) -> Option<Cow<'_, [u8]>> {
    if !text.contains(&b'_') {
        return Some(Cow::Borrowed(text));
    }
    let is_digit = |at: Option<usize>| {
        at.and_then(|at| text.get(at))
            .is_some_and(u8::is_ascii_digit)
    };
    let mut out = Vec::with_capacity(text.len());
    for (i, &byte) in text.iter().enumerate() {
        if byte != b'_' {
            out.push(byte);
        } else if !is_digit(i.checked_sub(1)) || !is_digit(Some(i + 1)) {
            return None;
        }
    }
    Some(Cow::Owned(out))
}

/// Reads what `float()` reads; `None`: `could not convert string to float: {text!r}`.
pub fn parse_float(text: &[u8]) -> Option<f64> {
    let text = without_underscores(trim_space(text))?;
    parse_plain(&text)
}

/// A float without underscores or spaces.
fn parse_plain(text: &[u8]) -> Option<f64> {
    std::str::from_utf8(text).ok()?.parse().ok()
}

/// Length of the longest prefix that is a float: sign, digits, point, exponent, or inf or nan.
fn float_prefix(text: &[u8]) -> usize {
    let sign = usize::from(matches!(text.first(), Some(b'+' | b'-')));
    let body = &text[sign..];
    for word in [&b"infinity"[..], b"inf", b"nan"] {
        if body.len() >= word.len() && body[..word.len()].eq_ignore_ascii_case(word) {
            return sign + word.len();
        }
    }
    let digits = |from: usize| {
        body[from..]
            .iter()
            .take_while(|byte| byte.is_ascii_digit())
            .count()
    };
    let mut end = digits(0);
    let mut count = end;
    if body.get(end) == Some(&b'.') {
        let fraction = digits(end + 1);
        count += fraction;
        end += 1 + fraction;
    }
    if count == 0 {
        return 0;
    }
    if let Some(b'e' | b'E') = body.get(end) {
        let exponent_sign = usize::from(matches!(body.get(end + 1), Some(b'+' | b'-')));
        let exponent = digits((end + 1 + exponent_sign).min(body.len()));
        if exponent > 0 {
            end += 1 + exponent_sign + exponent;
        }
    }
    sign + end
}

/// Reads what `complex()` reads: real and imaginary part; `None` if malformed.
pub fn parse_complex(text: &[u8]) -> Option<(f64, f64)> {
    let text = without_underscores(trim_space(text))?;
    let text = match &*text {
        [b'(', inner @ .., b')'] => trim_space(inner),
        text => text,
    };
    let is_unit = |text: &[u8]| matches!(text, [b'j' | b'J']);
    let first = float_prefix(text);
    if first == 0 {
        // Only an imaginary part without a number: j, +j, -j.
        return match text {
            [b'+', rest @ ..] if is_unit(rest) => Some((0.0, 1.0)),
            [b'-', rest @ ..] if is_unit(rest) => Some((0.0, -1.0)),
            rest if is_unit(rest) => Some((0.0, 1.0)),
            _ => None,
        };
    }
    let x = parse_plain(&text[..first])?;
    let rest = &text[first..];
    match rest {
        [] => Some((x, 0.0)),
        rest if is_unit(rest) => Some((0.0, x)),
        [b'+', unit @ ..] if is_unit(unit) => Some((x, 1.0)),
        [b'-', unit @ ..] if is_unit(unit) => Some((x, -1.0)),
        [b'+' | b'-', ..] => {
            let second = float_prefix(rest);
            (second > 0 && is_unit(&rest[second..])).then_some(())?;
            Some((x, parse_plain(&rest[..second])?))
        }
        _ => None,
    }
}
