//! base64 and uuencode.

use pyjit_heap::{Gc, Value};
use pyjit_runtime::types::bytes::Bytes;
use pyjit_runtime::{R, Thread};

use super::{ascii, data, fail};

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

fn value_of(c: u8) -> Option<u8> {
    Some(match c {
        b'A'..=b'Z' => c - b'A',
        b'a'..=b'z' => c - b'a' + 26,
        b'0'..=b'9' => c - b'0' + 52,
        b'+' => 62,
        b'/' => 63,
        _ => return None,
    })
}

/// `a2b_base64(data, *, strict_mode=False)`.
pub fn a2b_base64(t: &Thread, v: Value, strict: Option<bool>) -> R<Gc<Bytes>> {
    let (s, strict) = (ascii(t, v)?, strict.unwrap_or(false));
    let mut out = Vec::with_capacity(s.len() / 4 * 3 + 3);
    // Characters of the current group of four, what is left over, padding seen.
    let (mut quad, mut left, mut pads, mut count) = (0, 0u8, 0, 0usize);
    if strict && s.first() == Some(&b'=') {
        return Err(fail(t, "Leading padding not allowed"));
    }
    for c in s.iter() {
        let complete = quad >= 2 && quad + pads >= 4;
        if *c == b'=' {
            if strict && (quad == 0 || complete) {
                return Err(fail(t, "Excess padding not allowed"));
            }
            pads += 1;
            continue;
        }
        let Some(d) = value_of(*c) else {
            if strict {
                return Err(fail(t, "Only base64 data is allowed"));
            }
            continue;
        };
        if strict && pads > 0 {
            let m = match complete {
                true => "Excess data after padding",
                false => "Discontinuous padding not allowed",
            };
            return Err(fail(t, m));
        }
        pads = 0;
        count += 1;
        match quad {
            0 => left = d,
            1 => {
                out.push(left << 2 | d >> 4);
                left = d & 15;
            }
            2 => {
                out.push(left << 4 | d >> 2);
                left = d & 3;
            }
            _ => out.push(left << 6 | d),
        }
        quad = (quad + 1) % 4;
    }
    if quad >= 2 && quad + pads >= 4 {
        return Ok(Bytes::new(&out));
    }
    match quad {
        0 => Ok(Bytes::new(&out)),
        1 => {
            let m = format!(
                "Invalid base64-encoded string: number of data characters ({count}) cannot be 1 more than a multiple of 4"
            );
            Err(fail(t, &m))
        }
        _ => Err(fail(t, "Incorrect padding")),
    }
}

/// `b2a_base64(data, *, newline=True)`.
pub fn b2a_base64(t: &Thread, v: Value, newline: Option<bool>) -> R<Gc<Bytes>> {
    let bytes = data(t, v)?;
    let mut out = Vec::with_capacity(bytes.len().div_ceil(3) * 4 + 1);
    for group in bytes.chunks(3) {
        let mut w = [0u8; 3];
        w[..group.len()].copy_from_slice(group);
        let n = (w[0] as u32) << 16 | (w[1] as u32) << 8 | w[2] as u32;
        for k in 0..4 {
            out.push(match k <= group.len() {
                true => ALPHABET[(n >> (18 - 6 * k) & 63) as usize],
                false => b'=',
            });
        }
    }
    if newline.unwrap_or(true) {
        out.push(b'\n');
    }
    Ok(Bytes::new(&out))
}

/// `a2b_uu(data)`.
pub fn a2b_uu(t: &Thread, v: Value) -> R<Gc<Bytes>> {
    let s = ascii(t, v)?;
    let Some((first, rest)) = s.split_first() else {
        return Err(fail(t, "Missing length byte"));
    };
    let n = (first.wrapping_sub(b' ') & 63) as usize;
    let mut out = Vec::with_capacity(n);
    let (mut bits, mut have, mut at) = (0u32, 0, 0);
    while out.len() < n {
        let c = rest.get(at).copied().unwrap_or(b' ');
        at += 1;
        let d = match c {
            // A line that is too short lacks spaces at its end.
            b'\n' | b'\r' => 0,
            b' '..=b'`' => (c - b' ') & 63,
            _ => return Err(fail(t, "Illegal char")),
        };
        bits = bits << 6 | d as u32;
        have += 6;
        if have >= 8 {
            have -= 8;
            out.push((bits >> have) as u8);
            bits &= (1 << have) - 1;
        }
    }
    let blank = |c: &u8| matches!(c, b' ' | b'`' | b'\n' | b'\r');
    if !rest.get(at..).unwrap_or(&[]).iter().all(blank) {
        return Err(fail(t, "Trailing garbage"));
    }
    Ok(Bytes::new(&out))
}

/// `b2a_uu(data, *, backtick=False)`.
pub fn b2a_uu(t: &Thread, v: Value, backtick: Option<bool>) -> R<Gc<Bytes>> {
    let bytes = data(t, v)?;
    if bytes.len() > 45 {
        return Err(fail(t, "At most 45 bytes at once"));
    }
    let zero = if backtick.unwrap_or(false) {
        b'`'
    } else {
        b' '
    };
    let shown = |d: u8| if d == 0 { zero } else { d + b' ' };
    let mut out = vec![shown(bytes.len() as u8)];
    for group in bytes.chunks(3) {
        let mut w = [0u8; 3];
        w[..group.len()].copy_from_slice(group);
        let n = (w[0] as u32) << 16 | (w[1] as u32) << 8 | w[2] as u32;
        for k in 0..4 {
            out.push(shown((n >> (18 - 6 * k) & 63) as u8));
        }
    }
    out.push(b'\n');
    Ok(Bytes::new(&out))
}
