//! ISO 8601: dates and times as text, and read from text.

use std::fmt::Write as _;

use pyjit_heap::{Gc, Value};
use pyjit_runtime::core::{errors, ops};
use pyjit_runtime::types::str_::{Str, char_len};
use pyjit_runtime::types::type_::shown_type;
use pyjit_runtime::{R, Raised, Thread};

use super::calendar::{HOUR, MINUTE, SECOND, Ymd, first_monday, has_week};

/// `YYYY-MM-DD`.
pub fn push_date(out: &mut String, d: Ymd) {
    push(out, d.year, 4);
    out.push('-');
    push(out, d.month, 2);
    out.push('-');
    push(out, d.day, 2);
}
/// A number with leading zeros.
pub fn push(out: &mut String, mut n: i64, digits: usize) {
    let mut b = [b'0'; 8];
    for slot in b[..digits].iter_mut().rev() {
        *slot = b'0' + (n % 10) as u8;
        n /= 10;
    }
    out.push_str(std::str::from_utf8(&b[..digits]).unwrap_or(""));
}

/// How many parts of a time are shown.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Spec {
    Auto,
    Hours,
    Minutes,
    Seconds,
    Milliseconds,
    Microseconds,
}
const SPECS: [(&str, Spec); 6] = [
    ("auto", Spec::Auto),
    ("hours", Spec::Hours),
    ("minutes", Spec::Minutes),
    ("seconds", Spec::Seconds),
    ("milliseconds", Spec::Milliseconds),
    ("microseconds", Spec::Microseconds),
];
/// The `timespec` argument.
pub fn spec(t: &Thread, v: Option<Value>, place: usize) -> R<Spec> {
    let Some(v) = v else { return Ok(Spec::Auto) };
    let Some(s) = v.cast::<Str>() else {
        let kind = shown_type(v);
        let m = format!("isoformat() argument {place} must be str, not {kind}");
        return Err(errors::type_error(t, m));
    };
    let found = SPECS.iter().find(|(n, _)| n.as_bytes() == s.bytes());
    match found {
        Some((_, s)) => Ok(*s),
        None => Err(errors::value_error(t, "Unknown timespec value")),
    }
}
/// `HH:MM:SS.ffffff`, or what `spec` asks for.
pub fn push_clock(out: &mut String, clock: i64, spec: Spec) {
    push(out, clock / HOUR, 2);
    if spec == Spec::Hours {
        return;
    }
    out.push(':');
    push(out, clock / MINUTE % 60, 2);
    if spec == Spec::Minutes {
        return;
    }
    out.push(':');
    push(out, clock / SECOND % 60, 2);
    let micros = clock % SECOND;
    match spec {
        Spec::Milliseconds => {
            let _ = write!(out, ".{:03}", micros / 1000);
        }
        Spec::Microseconds => {
            let _ = write!(out, ".{micros:06}");
        }
        Spec::Auto if micros != 0 => {
            let _ = write!(out, ".{micros:06}");
        }
        _ => {}
    }
}

/// The error for a text that is none of the format.
pub fn invalid(t: &Thread, s: Gc<Str>) -> Raised {
    match ops::repr(t, s.value()) {
        Ok(r) => errors::value_error(t, format!("Invalid isoformat string: {}", r.lossy())),
        Err(e) => e,
    }
}

/// A number of exactly those digits.
fn number(b: &[u8]) -> Option<i64> {
    b.iter().try_fold(0, |n, c| {
        c.is_ascii_digit().then(|| n * 10 + i64::from(c - b'0'))
    })
}
/// The next `n` digits.
fn digits(b: &mut &[u8], n: usize) -> Option<i64> {
    let (head, rest) = b.split_at_checked(n)?;
    *b = rest;
    number(head)
}

/// Reads a date. The month and the day may be out of range.
pub fn date(b: &[u8]) -> Option<Ymd> {
    if !matches!(b.len(), 7 | 8 | 10) {
        return None;
    }
    let mut b = b;
    let year = digits(&mut b, 4)?;
    let dashes = b.first() == Some(&b'-');
    let dash = |b: &mut &[u8]| {
        let there = b.first() == Some(&b'-');
        *b = &b[usize::from(there && dashes)..];
        (there == dashes).then_some(())
    };
    dash(&mut b)?;
    if b.first() == Some(&b'W') {
        b = &b[1..];
        let week = digits(&mut b, 2)?;
        let mut day = 1;
        if !b.is_empty() {
            dash(&mut b)?;
            day = digits(&mut b, 1)?;
        }
        let fits = b.is_empty() && year > 0 && has_week(year, week) && (1..=7).contains(&day);
        return fits.then(|| Ymd::of_ordinal(first_monday(year) + (week - 1) * 7 + day - 1));
    }
    let month = digits(&mut b, 2)?;
    dash(&mut b)?;
    let day = digits(&mut b, 2)?;
    b.is_empty().then_some(Ymd { year, month, day })
}

/// A time that was read.
pub struct Clock {
    /// Hour, minute, second, microsecond; perhaps out of range.
    pub parts: [i64; 4],
    /// Offset from UTC in microseconds, if there is one.
    pub offset: Option<i64>,
}

fn parts(b: &[u8]) -> Option<[i64; 4]> {
    let mut out = [0; 4];
    let mut b = b;
    let mut colons = false;
    for (i, slot) in out[..3].iter_mut().enumerate() {
        *slot = digits(&mut b, 2)?;
        let next = b.first();
        if i == 0 {
            colons = next == Some(&b':');
        }
        if next.is_none() || i == 2 {
            break;
        }
        if colons {
            if next != Some(&b':') {
                return None;
            }
            b = &b[1..];
        }
    }
    if let [sep, fraction @ ..] = b {
        if !matches!(sep, b'.' | b',') || fraction.is_empty() {
            return None;
        }
        number(fraction.get(6..).unwrap_or(&[]).get(..12).unwrap_or(&[]))?;
        if !fraction.iter().all(u8::is_ascii_digit) {
            return None;
        }
        let shown = fraction.len().min(6);
        out[3] = number(&fraction[..shown])? * 10i64.pow(6 - shown as u32);
    }
    Some(out)
}
/// Reads a time.
pub fn clock(b: &[u8]) -> Option<Clock> {
    let find = |c: u8| b.iter().position(|x| *x == c);
    let zone = find(b'-').or_else(|| find(b'+')).or_else(|| find(b'Z'));
    let time = parts(&b[..zone.unwrap_or(b.len())])?;
    let offset = match zone.map(|i| (b[i], &b[i + 1..])) {
        None => None,
        Some((b'Z', rest)) => Some(rest.is_empty().then_some(0)?),
        Some((sign, rest)) => {
            if matches!(rest.len(), 0 | 1 | 3) {
                return None;
            }
            let [h, m, s, us] = parts(rest)?;
            let n = h * HOUR + m * MINUTE + s * SECOND + us;
            Some(if sign == b'-' { -n } else { n })
        }
    };
    Some(Clock {
        parts: time,
        offset,
    })
}

/// Where the date ends in a date with a time.
fn separator(b: &[u8]) -> Option<usize> {
    let digit = |i: usize| b.get(i).is_some_and(u8::is_ascii_digit);
    if b.len() == 7 {
        return Some(7);
    }
    if *b.get(4)? == b'-' {
        if *b.get(5)? != b'W' {
            return Some(10);
        }
        return match b.get(8) {
            Some(b'-') if b.len() == 9 => None,
            // A day of a week of one digit, or the separator and an hour?
            Some(b'-') if digit(10) => Some(8),
            Some(b'-') => Some(10),
            _ => Some(8),
        };
    }
    if b[4] != b'W' {
        return Some(8);
    }
    let end = (7..b.len()).find(|i| !digit(*i)).unwrap_or(b.len());
    Some(match end {
        0..9 => end,
        _ if end % 2 == 0 => 7,
        _ => 8,
    })
}
/// Reads a date and perhaps a time behind any one character.
pub fn moment(b: &[u8]) -> Option<(Ymd, Option<Clock>)> {
    if b.len() < 7 {
        return None;
    }
    let at = separator(b)?;
    let day = date(b.get(..at)?)?;
    let rest = match b.get(at) {
        None => return Some((day, None)),
        Some(c) => b.get(at + char_len(*c)..)?,
    };
    if rest.is_empty() {
        return None;
    }
    Some((day, Some(clock(rest)?)))
}
