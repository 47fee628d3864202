//! Quoted-printable.

use pyjit_heap::{Gc, Value};
use pyjit_runtime::types::bytes::Bytes;
use pyjit_runtime::{R, Thread};

use super::{ascii, data, digit};

/// `a2b_qp(data, header=False)`.
pub fn a2b_qp(t: &Thread, v: Value, header: Option<bool>) -> R<Gc<Bytes>> {
    let (s, header) = (ascii(t, v)?, header.unwrap_or(false));
    let mut out = Vec::with_capacity(s.len());
    let mut i = 0;
    while i < s.len() {
        match s[i] {
            b'=' => {
                i += 1;
                match (s.get(i), s.get(i + 1)) {
                    (None, _) => break,
                    (Some(b'\n' | b'\r'), _) => {
                        // A soft line break.
                        while i < s.len() && s[i] != b'\n' {
                            i += 1;
                        }
                        i += 1;
                    }
                    (Some(b'='), _) => {
                        out.push(b'=');
                        i += 1;
                    }
                    (Some(a), Some(b)) if digit(*a).is_some() && digit(*b).is_some() => {
                        out.push(digit(*a).unwrap_or(0) << 4 | digit(*b).unwrap_or(0));
                        i += 2;
                    }
                    _ => out.push(b'='),
                }
            }
            b'_' if header => {
                out.push(b' ');
                i += 1;
            }
            c => {
                out.push(c);
                i += 1;
            }
        }
    }
    Ok(Bytes::new(&out))
}

const LINE: usize = 76;

/// `b2a_qp(data, quotetabs=False, istext=True, header=False)`.
pub fn b2a_qp(
    t: &Thread,
    v: Value,
    quotetabs: Option<bool>,
    istext: Option<bool>,
    header: Option<bool>,
) -> R<Gc<Bytes>> {
    let s = data(t, v)?;
    let (tabs, text) = (quotetabs.unwrap_or(false), istext.unwrap_or(true));
    let header = header.unwrap_or(false);
    // Line ends are written as the first one in the data.
    let first = s.iter().position(|c| *c == b'\n');
    let crlf = first.is_some_and(|i| i > 0 && s[i - 1] == b'\r');
    let end: &[u8] = if crlf { b"\r\n" } else { b"\n" };
    let (mut out, mut column, mut i) = (Vec::with_capacity(s.len()), 0, 0);
    while i < s.len() {
        let (c, next) = (s[i], s.get(i + 1).copied());
        let breaks = c == b'\n' || (c == b'\r' && next == Some(b'\n'));
        if text && breaks {
            // A blank before a line end must be visible.
            if let Some(b @ (b' ' | b'\t')) = out.last().copied() {
                out.pop();
                push_hex(&mut out, b);
            }
            out.extend_from_slice(end);
            column = 0;
            i += if c == b'\r' { 2 } else { 1 };
            continue;
        }
        let blank = matches!(c, b' ' | b'\t');
        let last = i + 1 >= s.len();
        let dot = c == b'.' && column == 0 && (last || matches!(next, Some(b'\n' | b'\r' | 0)));
        let quote = c > 126
            || c == b'='
            || (header && c == b'_')
            || dot
            || (!text && matches!(c, b'\r' | b'\n'))
            || (blank && (tabs || last))
            || (c < 33 && !matches!(c, b'\r' | b'\n' | b'\t' | b' '));
        let width = if quote { 3 } else { 1 };
        let ends = last || next == Some(b'\n');
        if column + width >= LINE && !(ends && column + width <= LINE - usize::from(quote)) {
            out.push(b'=');
            out.extend_from_slice(end);
            column = 0;
        }
        if quote {
            push_hex(&mut out, c);
        } else if header && c == b' ' {
            out.push(b'_');
        } else {
            out.push(c);
        }
        column += width;
        i += 1;
    }
    Ok(Bytes::new(&out))
}
fn push_hex(out: &mut Vec<u8>, c: u8) {
    out.push(b'=');
    for d in [c >> 4, c & 15] {
        out.push(b"0123456789ABCDEF"[d as usize]);
    }
}
